"""Values that the forms of the city application accept."""

from __future__ import annotations

FIGURES = {
    "statistics_year": 2022,
    "figures_source": "城市统计年鉴",
    "software_revenue": "1250.5",
    "growth_rate": "12.3",
    "rd_share": "10.2",
    "workforce": "8.6",
    "bachelor_share": "61.5",
    "top100_companies": 2,
    "listed_companies": 15,
    "companies_over_1": 120,
    "companies_over_50": 4,
    "parks_national": 2,
    "parks_provincial": 5,
    "floor_area": "320",
    "special_fund": "3.5",
}
NARRATIVE = "本市软件和信息技术服务业基础良好，规模持续扩大，骨干企业带动作用明显，产业生态不断完善。" * 3
APPLICATION = {
    **FIGURES,
    "city_gdp": "11438",
    "city_population": "1043.7",
    "city_overview": NARRATIVE,
    "contact_post": "工业和信息化局 信息化科",
    "contact_phone": "0769-22220000",
    "foundation_statement": NARRATIVE,
    "impact_statement": NARRATIVE,
    "policy_statement": NARRATIVE,
    "commitment_statement": NARRATIVE,
    "consent_status": "online",
}
PAPERS = ("written_report", "creation_plan")
CONSENT = {"consent_decision": "agree", "consent_number": "粤府函〔2023〕100号", "consent_opinion": "同意申请。"}
SUBMIT = {"submit_decision": "submit", "is_complete": True, "is_truthful": True, "is_compliant": True}
AGREE = {"review_decision": "agree", "review_opinion": "材料齐全，同意报送。"}
CORRECT = {
    "review_decision": "correct",
    "correction_items": ["creation_plan"],
    "review_opinion": "工作方案缺少年度目标，请补正。",
}
PASS = {"examination_decision": "pass", "examination_opinion": "形式审查通过。"}
START = {
    "decision": "start",
    "decision_number": "工信厅信发函〔2023〕300号",
    "effective_on": "2023-12-20",
    "decision_opinion": "同意启动创建工作。",
}


def file_application(offices, login_name: str = "dongguan", *, at=None) -> int:
    """Take a city's application to a receipt through the provincial government's consent; return the case's id."""
    fill(offices, login_name)
    offices.complete("guangdong_government", "give_consent", CONSENT, files=("consent_document",))
    return offices.complete(login_name, "submit_application", SUBMIT, at=at).case_id


def fill(offices, login_name: str = "dongguan") -> int:
    """Fill in the application of a city that has just begun; return the case's id."""
    return offices.complete(login_name, "fill_application", APPLICATION, files=PAPERS).case_id
