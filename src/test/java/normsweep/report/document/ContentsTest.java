package normsweep.report.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ContentsTest {
  @Test
  void listsHeadingsAndGivesThemIds() {
    assertEquals(
        """
        <body>
        <nav id="contents" aria-label="Contents"><details open="open"><summary>Contents</summary>
        <ul>
        <li class="level-2"><a href="#section-1">First &amp; $1</a></li>
        <li class="level-3"><a href="#own">With markup</a></li>
        </ul></details></nav>
        <h1>Title</h1><h2 id="section-1" class="a">First &amp; $1</h2>
        <h3 id="own">With <i>markup</i></h3></body>""",
        Contents.inserted(
            """
            <body>
            <h1>Title</h1><h2 class="a">First &amp; $1</h2>
            <h3 id="own">With <i>markup</i></h3></body>"""));
  }
}
