import java.awt.*;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.*;
import java.util.List;
import java.util.stream.*;
import javax.imageio.ImageIO;

// The sweep's folder: where the notebook lies, unless -Dsweep.folder=... says otherwise.
Path folder = Path.of(System.getProperty("sweep.folder", "")).toAbsolutePath();

// The cells of a line. Commas between quotes are text, and a quote within quotes is doubled.
List<String> cells(String line) {
    return Arrays.stream(line.split(",(?=([^\"]*\"[^\"]*\")*[^\"]*$)", -1))
        .map(cell -> cell.startsWith("\"")
            ? cell.substring(1, cell.length() - 1).replace("\"\"", "\"") : cell)
        .toList();
}

// A CSV file as one map of column names to cells for each row.
List<Map<String, String>> csv(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
        Iterator<String> rows = lines.iterator();
        List<String> names = cells(rows.next());
        List<Map<String, String>> table = new ArrayList<>();
        while (rows.hasNext()) {
            List<String> cells = cells(rows.next());
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < cells.size(); i++) {
                row.put(names.get(i), cells.get(i));
            }
            table.add(row);
        }
        return table;
    }
}

double number(Map<String, String> row, String column) {
    return Double.parseDouble(row.get(column));
}

// Whether a process still trains the sweep: it then has a lock. Its file goes on saying "running"
// of a trial that was interrupted.
boolean trains() throws IOException {
    Path lock = folder.resolve(".lock");
    if (!Files.exists(lock)) {
        return false;
    }
    try (FileChannel channel = FileChannel.open(lock)) {
        return channel.tryLock(0, Long.MAX_VALUE, true) == null;
    }
}

List<Map<String, String>> trials = csv(folder.resolve("results.csv"));
if (!trains()) {
    trials.forEach(row -> row.replace("status", "running", "interrupted"));
}
// Columns between seed and status are settings of further axes.
String settings(Map<String, String> row) {
    List<String> names = new ArrayList<>(row.keySet());
    return names.subList(names.indexOf("seed") + 1, names.indexOf("status")).stream()
        .map(name -> ", " + name.replaceAll(".*\\.", "") + " "
            + row.get(name).replaceFirst("^1\\.0E", "1e").replace(".0E", "e"))
        .collect(Collectors.joining());
}

String clipping(String clip) {
    return clip.equals("none") ? "no clipping" : "clip " + clip;
}

// "batch norm, clip 1.0, learningRate 1e-3"
String label(Map<String, String> row) {
    return row.get("norm").replace('-', ' ')
        + (row.get("placement").equals("spatial") ? " (spatial)" : "")
        + ", " + clipping(row.get("clip")) + settings(row);
}

List<Map<String, String>> completed =
    trials.stream().filter(row -> row.get("status").equals("completed")).toList();
System.out.println(trials.size() + " trials, " + completed.size() + " completed");
