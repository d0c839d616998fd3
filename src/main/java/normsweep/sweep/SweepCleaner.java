package normsweep.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import normsweep.base.NormSweepException;
import normsweep.record.SweepFolder;

/** Removes an earlier run from a sweep folder, but only files that a sweep writes. */
final class SweepCleaner {
  private SweepCleaner() {}

  static void clean(SweepFolder folder) throws IOException {
    if (!Files.exists(folder.config()) && !Files.exists(folder.results())) {
      return;
    }
    for (Path path :
        List.of(
            folder.results(),
            folder.resultsCsv(),
            folder.root().resolve("trials"),
            folder.figures(),
            folder.root().resolve("landscape.json"),
            folder.root().resolve("landscape-tail.json"),
            folder.root().resolve("report.pdf"),
            folder.root().resolve("report.html"),
            folder.root().resolve("analysis.ipynb"),
            folder.root().resolve("slides.pptx"),
            folder.config())) {
      delete(path);
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      throw NormSweepException.usage(path + " is a link; remove it by hand before --fresh.");
    }
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(path)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
