import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.*;
import java.util.stream.*;
import javax.imageio.ImageIO;

// The sweep's folder: where the notebook lies, unless -Dsweep.folder=... says otherwise.
Path folder = Path.of(System.getProperty("sweep.folder", "")).toAbsolutePath();

// A CSV file as one map of column names to cells for each row. Only a last column holds commas.
List<Map<String, String>> csv(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
        Iterator<String> rows = lines.iterator();
        String[] names = rows.next().split(",");
        List<Map<String, String>> table = new ArrayList<>();
        while (rows.hasNext()) {
            String[] cells = rows.next().split(",", names.length);
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < cells.length; i++) {
                row.put(names[i], cells[i]);
            }
            table.add(row);
        }
        return table;
    }
}

double number(Map<String, String> row, String column) {
    return Double.parseDouble(row.get(column));
}

List<Map<String, String>> trials = csv(folder.resolve("results.csv"));
// Columns between seed and status are settings of further axes.
String settings(Map<String, String> row) {
    List<String> names = new ArrayList<>(row.keySet());
    return names.subList(names.indexOf("seed") + 1, names.indexOf("status")).stream()
        .map(name -> ", " + name + " " + row.get(name)).collect(Collectors.joining());
}

List<Map<String, String>> completed =
    trials.stream().filter(row -> row.get("status").equals("completed")).toList();
System.out.println(trials.size() + " trials, " + completed.size() + " completed");
