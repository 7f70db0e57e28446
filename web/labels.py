"""Every word of the engine that a person sees, translated once.

Each table maps an engine word to its Chinese label. A `…_TAGS` table maps the same words to the colour of their tag
(`run`, `soon`, `late`, `done`, `off`): the word always stands beside the colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _frozen(**labels: str) -> Mapping[str, str]:
    return MappingProxyType(labels)


PRODUCT = "规程 政务流程平台"

MARKS = _frozen(source="依据", reading="解释", platform="平台默认值")
#: The kinds of offices under each heading of the login page.
OFFICE_GROUPS = MappingProxyType(
    {
        "国家单位和行业组织": frozenset({"ministry", "federation", "association"}),
        "政府和主管部门": frozenset({"government", "iit_department", "district_department", "leading_group"}),
        "园区、镇街、企业和个人": frozenset(
            {"park", "park_committee", "town_government", "town_department", "enterprise", "citizen"}
        ),
        "评审专家": frozenset({"expert"}),
    }
)
MARK_MEANINGS = _frozen(
    source="文件明文规定",
    reading="对文件文字的理解",
    platform="文件未作规定，由平台设定，可以调整",
)

ROLES = _frozen(
    applicant="申请人",
    provincial_government="省级人民政府",
    provincial_department="省级工业和信息化主管部门",
    city_department="地市级（区级）工业和信息化主管部门",
    ministry="工业和信息化部",
    ministry_decider="工业和信息化部负责人",
    park_department="镇街（园区）工业和信息化主管部门",
    leading_group="领导小组办公室",
    association="行业协会",
    federation="行业联合会秘书处",
    panel_secretary="评审组织单位",
    expert="评审专家",
    process_owner="流程负责人",
    administrator="系统管理员",
)
LEVELS = MappingProxyType(
    {
        "national": "国家",
        "provincial": "省级",
        "city": "地市级",
        "town": "镇街·园区",
        "enterprise": "企业·个人",
    }
)
CITY_LEVELS = _frozen(
    municipality="直辖市",
    sub_provincial="副省级城市",
    separately_planned="计划单列市",
    prefecture="地级市",
)

TASK_STATES = _frozen(open="待办", completed="已办", cancelled="已撤销")
TASK_STATUSES = _frozen(
    on_time="在办",
    soon="即将到期",
    overdue="超期",
    suspended="已挂起",
    completed="已办",
    cancelled="已撤销",
)
TASK_STATUS_TAGS = _frozen(
    on_time="run", soon="soon", overdue="late", suspended="off", completed="done", cancelled="off"
)
INBOX_SCOPES = _frozen(all="全部待办", soon="即将到期", overdue="超期", unclaimed="待签收")

CASE_STATES = _frozen(running="在办", ended="已办结", incident="异常", suspended="已挂起")
CASE_STATE_TAGS = _frozen(running="run", ended="done", incident="late", suspended="off")
CASE_SCOPES = _frozen(all="全部", running="在办", ended="已办结", overdue="超期", incident="异常")

#: Steps of a diagram, by BPMN's words for them.
STEP_KINDS = MappingProxyType(
    {
        "task": "任务",
        "userTask": "用户任务",
        "manualTask": "线下任务",
        "serviceTask": "服务任务",
        "sendTask": "发送任务",
        "receiveTask": "接收任务",
        "scriptTask": "脚本任务",
        "businessRuleTask": "决策任务",
        "callActivity": "调用流程",
        "subProcess": "子流程",
        "adHocSubProcess": "自由子流程",
        "transaction": "事务子流程",
        "exclusiveGateway": "排他网关",
        "parallelGateway": "并行网关",
        "inclusiveGateway": "包容网关",
        "eventBasedGateway": "事件网关",
        "complexGateway": "复杂网关",
        "startEvent": "开始事件",
        "endEvent": "结束事件",
        "boundaryEvent": "边界事件",
        "intermediateCatchEvent": "等候事件",
        "intermediateThrowEvent": "抛出事件",
    }
)
#: What a token waits for, and what was done when something failed.
TOKEN_KINDS = _frozen(
    task="等待办理",
    timer="等待时间",
    message="等待消息",
    signal="等待信号",
    conditional="等待条件",
    error="等待错误",
    escalation="等待升级",
    cancel="等待取消",
    join="等待其他分支",
    activity="内部办理中",
)
INCIDENT_ACTIONS = _frozen(
    complete_task="提交后流程走不下去",
    fire_timer="到时触发失败",
    retry_incident="重试失败",
    load_state="流程状态无法读取",
)
ORDER_STATES = _frozen(running="迁移中", finished="已完成", stopped="已停止")
ORDER_STATE_TAGS = _frozen(running="run", finished="done", stopped="off")
ITEM_STATES = _frozen(waiting="待迁移", migrated="已迁移", refused="不可迁移", gone="已办结或已在其他版本")

DRAFT_STATES = _frozen(
    editing="编辑中", submitted="待审核", returned="已退回", approved="待生效", published="已发布", discarded="已作废"
)
DRAFT_STATE_TAGS = _frozen(
    editing="run", submitted="soon", returned="late", approved="soon", published="done", discarded="off"
)
#: Why a draft cannot be changed now.
DRAFT_STATE_NOTES = _frozen(
    submitted="这份草稿正在审核，内容已锁定。要继续修改，请先在“送审发布”里撤回。",
    approved="这份草稿已审核通过，到约定的时间生效，内容已锁定。",
    published="这份草稿已发布，内容不能再改。要继续修改，请从现行版本另建草稿。",
    discarded="这份草稿已作废，内容不能再改。",
)
#: What became of a part between two editions.
CHANGE_KINDS = _frozen(added="新增", removed="删除", changed="修改", moved="位置调整")
CHANGE_KIND_TAGS = _frozen(added="done", removed="late", changed="soon", moved="off")
#: How much a finding of the checks matters.
SEVERITIES = _frozen(error="错误", warning="提醒", hint="提示")
SEVERITY_TAGS = _frozen(error="late", warning="soon", hint="off")
ORDER_KINDS = _frozen(publish="发布", roll_back="回退")
VERSION_ORDER_STATES = _frozen(
    submitted="待审核", returned="已退回", withdrawn="已撤回", approved="待生效", in_force="已生效", cancelled="已取消"
)
VERSION_ORDER_TAGS = _frozen(
    submitted="soon", returned="late", withdrawn="off", approved="soon", in_force="done", cancelled="off"
)
#: What was done to a procedure (its ledger).
PROCEDURE_EVENTS = _frozen(
    deployed="系统部署",
    deployed_alone="应急发布（没有经过第二人）",
    handed_in="交来新内容，建为草稿",
    submitted="送审",
    returned="退回",
    withdrawn="撤回",
    approved="批准",
    cancelled="取消生效",
    in_force="生效",
)
CHANGE_STATES = _frozen(done="已做", undone="已撤销", dropped="已撤销")

ELEMENT_STATES = _frozen(active="办理中", late="超期", done="已完成", incident="异常")
ELEMENT_STATE_TAGS = _frozen(active="run", late="late", done="done", incident="late")

DOCUMENT_STATES = _frozen(pending="正在生成", ready="已生成", failed="未能生成")
DOCUMENT_STATE_TAGS = _frozen(pending="run", ready="done", failed="late")
FILE_KINDS = _frozen(docx="可编辑文件", xlsx="电子表格", pdf="PDF 文件")
OUTBOX_STATES = _frozen(
    pending="待寄", waiting="等待设置邮箱", sent="已寄出", written="已写入（演练）", failed="未能寄出"
)
OUTBOX_STATE_TAGS = _frozen(pending="run", waiting="soon", sent="done", written="done", failed="late")

HALL_STATES = _frozen(not_yet_open="未开始", open="申报中", closed="已截止")
HALL_STATE_TAGS = _frozen(not_yet_open="off", open="done", closed="off")
ROUND_STATES = _frozen(
    draft="未发布", planned="未开始", not_yet_open="未开始", open="进行中", running="进行中", closed="已截止"
)
ROUND_STATE_TAGS = _frozen(draft="off", planned="off", not_yet_open="off", open="done", running="done", closed="off")

RULE_OUTCOMES = _frozen(passed="符合", failed="不符合", overridden="已放行", judged="由审核人判断")
RULE_OUTCOME_TAGS = _frozen(passed="done", failed="late", overridden="soon", judged="run")

COHORTS = _frozen(everyone="全部申请人", has_draft="截止前已有暂存的申请人", organisations="指定单位")

TITLE_STATUSES = MappingProxyType(
    {"有效": "有效", "复核中": "复核中·称号延续", "整改中": "整改中", "退出": "退出", "撤销": "撤销"}
)
TITLE_STATUS_TAGS = MappingProxyType({"有效": "done", "复核中": "run", "整改中": "soon", "退出": "off", "撤销": "late"})
#: What a title may be entered as by hand.
TITLE_LIVE_STATUSES = ("有效", "复核中", "整改中")
TITLE_SCOPES = _frozen(live="在册", soon="三个月内到期", expired="已过期待处理", ended="已终止", all="全部")
TITLE_EVENTS = _frozen(
    granted="授予",
    registered="登记已有称号",
    renewed="继续授予",
    evaluated="星级评估",
    reminded="提醒",
    status_changed="状态变更",
    corrected="更正登记",
)
TITLE_COLUMNS = _frozen(kind="称号种类", granted_on="授予日", expires_on="有效期至", document_number="文号")
FINDING_SCOPES = _frozen(in_force="有效", lifted="已撤销", all="全部")
TITLE_CYCLE_STATES = _frozen(planned="未开始", open="可提交", filed="已提交", late="逾期未提交", over="已结束")
TITLE_CYCLE_TAGS = _frozen(planned="off", open="run", filed="done", late="late", over="off")

HISTORY_KINDS = _frozen(
    case_started="发起申请",
    case_withdrawn="撤回申请",
    case_ended="办结",
    case_suspended="挂起",
    case_resumed="恢复办理",
    task_opened="进入环节",
    task_claimed="签收",
    task_released="取消签收",
    task_completed="办理完成",
    task_withdrawn="环节撤销",
    task_cancelled="环节撤销",
    draft_saved="暂存",
    material_added="上传材料",
    material_removed="删除材料",
    receipt_issued="出具收件回执",
    window_closed="窗口截止",
    window_extended="窗口延期",
    window_changed="窗口调整",
    timer_fired="到时自动办理",
    message_received="收到消息",
    message_sent="发出消息",
    notice_sent="发送通知",
    incident_raised="出现异常",
    incident_resolved="异常已处理",
    case_migrated="迁移到新版流程",
    case_returned="退回",
    token_moved="移动环节",
    variables_changed="修改流程变量",
    exception_granted="放行",
    document_issued="制发文书",
    published="公开发布",
    publication_ended="公示期满",
    publication_prolonged="延长公示",
    objection_received="收到异议",
    objection_answered="答复异议",
    package_sent="寄送材料包",
    title_granted="授予称号",
    title_renewed="继续授予称号",
    title_changed="称号状态变更",
    title_evaluated="登记星级",
    finding_recorded="登记认定",
    finding_lifted="撤销认定",
    case_closing_ordered="通知终止其他办件",
    case_closed="终止办件",
    round_opened="发布轮次",
)
#: How an event looks in the timeline: bad (red), minor (grey); everything else is ordinary.
HISTORY_TONES = _frozen(
    incident_raised="bad",
    case_closed="bad",
    case_withdrawn="bad",
    draft_saved="minor",
    task_opened="minor",
    task_claimed="minor",
    task_released="minor",
    notice_sent="minor",
)
#: What the engine does by itself: whoever set it off is named at the event before it.
IMPERSONAL_KINDS = frozenset(
    {
        "document_issued",
        "published",
        "publication_ended",
        "package_sent",
        "task_opened",
        "task_cancelled",
        "receipt_issued",
        "notice_sent",
        "window_closed",
        "timer_fired",
        "case_ended",
    }
)

#: Buttons of a task, a case and a round.
ACTIONS = MappingProxyType(
    {
        "complete": "提交",
        "save_draft": "暂存",
        "claim": "签收",
        "release": "取消签收",
        "withdraw": "撤回申请",
        "repair": "办件维护",
        "shorten": "缩短本级窗口",
        "extend": "延期",
        "except": "放行",
    }
)
