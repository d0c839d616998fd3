package normsweep.report.document;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * The tables of a report as its HTML page, which is XML, shows them: those of data by id, the
 * others by class.
 */
record ReportPage(Map<String, Shown> tables) {
  // Citations such as [He 2015], and references to tables and figures.
  private static final Pattern REMARK =
      Pattern.compile("\\[[^\\]]* \\d{4}\\]|\\(?(Table|Figure).(A\\.?)?\\d+\\b|Section \\d");
  // No digits of names such as MobileNetV2 or Conv_1.
  private static final Pattern NUMBER =
      Pattern.compile("(?<![\\p{L}\\d_.-])\\d+(\\.\\d+)?(e-?\\d+)?(?![\\p{L}_])");

  /** A table. */
  record Shown(String caption, List<String> header, List<List<String>> rows) {
    /** Of each row that is not of pictures, the first cell and the numbers of the others. */
    List<List<String>> numbers() {
      return rows.stream()
          .filter(row -> row.stream().anyMatch(cell -> !cell.isEmpty()))
          .map(
              row -> {
                List<String> numbers = new ArrayList<>(row.subList(0, 1));
                numbers.addAll(ReportPage.numbers(row.subList(1, row.size())));
                return numbers;
              })
          .toList();
    }
  }

  static ReportPage read(Path file) throws Exception {
    Document page = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    Map<String, Shown> tables = new LinkedHashMap<>();
    for (Element table : elements(page.getDocumentElement(), "table")) {
      List<List<String>> rows =
          elements(table, "tr").stream()
              .filter(row -> !elements(row, "td").isEmpty())
              .map(ReportPage::cells)
              .toList();
      String id = table.getAttribute("id");
      Shown before =
          tables.put(
              id.isEmpty() ? table.getAttribute("class") : id,
              new Shown(
                  String.join("", texts(table, "caption")),
                  elements(table, "thead").stream().flatMap(head -> cells(head).stream()).toList(),
                  rows));
      if (before != null && !before.rows().stream().allMatch(row -> numbers(row).isEmpty())) {
        throw new IllegalArgumentException("two tables are called " + id);
      }
    }
    return new ReportPage(tables);
  }

  private static List<String> cells(Element row) {
    return Stream.of("th", "td").flatMap(name -> texts(row, name).stream()).toList();
  }

  private static List<Element> elements(Element parent, String name) {
    NodeList found = parent.getElementsByTagName(name);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
  }

  private static List<String> texts(Element parent, String name) {
    return elements(parent, name).stream().map(Node::getTextContent).map(String::strip).toList();
  }

  /** The numbers that texts contain, but those of citations and references. */
  static List<String> numbers(List<String> texts) {
    List<String> numbers = new ArrayList<>();
    for (String text : texts) {
      NUMBER
          .matcher(REMARK.matcher(text).replaceAll(" "))
          .results()
          .map(MatchResult::group)
          .forEach(numbers::add);
    }
    return numbers;
  }
}
