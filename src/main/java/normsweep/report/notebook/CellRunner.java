package normsweep.report.notebook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.VarSnippet;
import normsweep.base.NormSweepException;
import normsweep.report.figure.Fonts;

/**
 * Runs the cells of a notebook in a separate Java virtual machine with only the JDK, as a Java
 * kernel would, so that a cell that needs anything else fails here.
 */
final class CellRunner implements AutoCloseable {
  /**
   * The output of a code cell.
   *
   * @param printed the text it printed
   * @param picture the picture that its last expression evaluated to, as PNG
   */
  record CellOutput(String printed, Optional<byte[]> picture) {}

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final JShell shell;
  private final Path scratch;

  /** Starts the virtual machine; cells find the sweep in {@code folder}. */
  CellRunner(Path folder) throws IOException {
    scratch = Files.createTempFile("normsweep", ".png");
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    shell =
        JShell.builder()
            .out(out)
            .err(out)
            .remoteVMOptions(
                "-Dsweep.folder=" + folder.toAbsolutePath(),
                "-Djava.awt.headless=true",
                "-Duser.home=" + System.getProperty("user.home"),
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8")
            .remoteVMOptions(Fonts.options().toArray(String[]::new))
            .build();
  }

  /** Whether this Java can compile and run cells: a run-time image may lack the module for it. */
  static boolean available() {
    return ModuleLayer.boot().findModule("jdk.jshell").isPresent();
  }

  /**
   * Runs one cell.
   *
   * @throws NormSweepException exit code 1 if it does not compile or throws
   */
  CellOutput run(Notebook.Cell cell) throws IOException {
    printed.reset();
    Optional<VarSnippet> last = Optional.empty();
    for (String snippet : snippets(cell.source())) {
      last = Optional.empty();
      for (SnippetEvent event : shell.eval(snippet)) {
        check(cell, event);
        if (event.causeSnippet() == null
            && event.snippet() instanceof VarSnippet variable
            && variable.subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND) {
          last = Optional.of(variable);
        }
      }
    }
    // Read before the picture is fetched, because fetching is not part of the cell.
    String text = printed.toString(StandardCharsets.UTF_8);
    if (last.isPresent() && last.get().typeName().endsWith("BufferedImage")) {
      return new CellOutput(text, Optional.of(fetch(cell, last.get())));
    }
    return new CellOutput(text, Optional.empty());
  }

  private byte[] fetch(Notebook.Cell cell, VarSnippet picture) throws IOException {
    String path = scratch.toString().replace("\\", "\\\\");
    String write =
        String.format(
            Locale.ROOT,
            "javax.imageio.ImageIO.write(%s, \"png\", new java.io.File(\"%s\"));",
            picture.name(),
            path);
    shell.eval(write).forEach(event -> check(cell, event));
    return Files.readAllBytes(scratch);
  }

  private List<String> snippets(String source) {
    List<String> snippets = new ArrayList<>();
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    String rest = source;
    while (!rest.isBlank()) {
      SourceCodeAnalysis.CompletionInfo info = analysis.analyzeCompletion(rest);
      if (info.source() == null) {
        snippets.add(rest);
        break;
      }
      snippets.add(info.source());
      rest = info.remaining();
    }
    return snippets;
  }

  private void check(Notebook.Cell cell, SnippetEvent event) {
    if (event.status() == Snippet.Status.REJECTED) {
      String problem =
          shell
              .diagnostics(event.snippet())
              .map(diagnostic -> diagnostic.getMessage(null))
              .findFirst()
              .orElse("does not compile");
      throw NormSweepException.failed(
          "cell " + cell.id() + " of the notebook does not compile: " + problem + ".");
    }
    if (event.exception() != null) {
      throw NormSweepException.failed(
          "cell " + cell.id() + " of the notebook failed: " + event.exception().getMessage() + ".",
          event.exception());
    }
  }

  @Override
  public void close() throws IOException {
    shell.close();
    Files.deleteIfExists(scratch);
  }
}
