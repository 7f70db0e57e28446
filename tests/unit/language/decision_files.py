"""Small DMN files for the tests of decisions."""

_HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="{namespace}" name="m" id="m">'


def model(*parts, namespace="http://example/own"):
    """Return a DMN file with these parts."""
    return (_HEAD.format(namespace=namespace) + "".join(parts) + "</definitions>").encode()


def entry(kind, text):
    """Return an element with FEEL text inside."""
    return f"<{kind}><text><![CDATA[{text}]]></text></{kind}>"


def literal(text):
    """Return a literal expression."""
    return entry("literalExpression", text)


def given(name, kind=""):
    """Return input data."""
    return f'<inputData name="{name}" id="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'


def decision(name, logic, *needs, kind=""):
    """Return a decision; `needs` are ids, with a leading f for knowledge: `f:rate`."""
    required = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{one[2:]}"/></knowledgeRequirement>'
        if one.startswith("f:")
        else f'<informationRequirement><requiredDecision href="#{one}"/></informationRequirement>'
        for one in needs
    )
    return f'<decision name="{name}" id="{name}"><variable name="{name}" typeRef="{kind}"/>{required}{logic}</decision>'


def table(policy, rows, *, values="", default=""):
    """Return a decision table over `score` with one output; each row is (test, result)."""
    rules = "".join(
        "<rule>" + entry("inputEntry", test) + entry("outputEntry", result) + "</rule>" for test, result in rows
    )
    clauses = (entry("outputValues", values) if values else "") + (
        entry("defaultOutputEntry", default) if default else ""
    )
    column = f'<input>{entry("inputExpression", "score")}</input><output name="grade">{clauses}</output>'
    return f"<decisionTable {policy}>{column}{rules}</decisionTable>"
