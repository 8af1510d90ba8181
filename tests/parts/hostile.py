"""Titles that a page must show as the text that they are."""

TITLES = (
    "</script><script>window.broken = 1</script>",
    "<img src=x onerror='window.broken = 1'>",
    "{{ 7 * 7 }} ${7 * 7} %s &lt;b&gt; &amp;",
    "\"quoted\" and 'quoted', `quoted`",
    "\u202e\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "👩‍👩‍👧‍👦 🎬 é",
    "long " * 100,
    "x" * 500,
    "line\nbreak\u2028and\u2029more",
    "javascript:alert(1)",
)
FORMULAS = (
    '=HYPERLINK("http://evil.example")',
    "+1+cmd|' /C calc'!A0",
    "-30-",
    "-30",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "|x",
    "%x",
    "＝1+1",  # noqa: RUF001  the full-width sign is what is tested
)
"""Titles that a spreadsheet would run."""
