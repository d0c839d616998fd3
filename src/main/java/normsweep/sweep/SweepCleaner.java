package normsweep.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import normsweep.base.FileTree;
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
      if (Files.isSymbolicLink(path)) {
        throw NormSweepException.usage(path + " is a link; remove it by hand before --fresh.");
      }
      FileTree.delete(path);
    }
  }
}
