// Words of diagram-js that its translation service is not asked for.
export default {
  package: 'diagram-js',
  fragments: {
    'lib/features/popup-menu/PopupMenuBreadcrumbs.js': [
      ['title="Back"', 'title="返回"'],
      ['aria-label="Back"', 'aria-label="返回"'],
    ],
    'lib/features/popup-menu/PopupMenuComponent.js': [
      ["${ title || 'Search' }", "${ title || '查找' }"],
      ["${ title || 'Results' }", "${ title || '结果' }"],
      ['`Open entry documentation for ${ selectedEntry.label }`', '`打开“${ selectedEntry.label }”的说明`'],
      ["'Open entry documentation'", "'打开说明'"],
    ],
    'lib/features/popup-menu/PopupMenuItem.js': [['title="Open entry documentation"', 'title="打开说明"']],
  },
};
