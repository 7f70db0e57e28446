// Words that the editors of decisions share and that their translation service is not asked for.
export default {
  package: 'dmn-js-shared',
  fragments: {
    'lib/components/List.js': [['"title": "Remove item"', '"title": "删除这一项"']],
    'lib/util/PoweredByUtil.js': [['title="Powered by bpmn.io"', 'title="由 bpmn.io 提供"']],
  },
};
