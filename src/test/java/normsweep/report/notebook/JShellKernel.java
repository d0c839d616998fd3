package normsweep.report.notebook;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.execution.LocalExecutionControlProvider;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.BaseKernelBuilder;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/**
 * A Java kernel made of JJava's kernel library and the JDK's shell, the two parts of JJava itself:
 * protocol, streams and rendering are JJava's. Both parts come from Maven repositories; the
 * assembled JJava does not.
 */
public final class JShellKernel extends BaseKernel {
  private static Object held;

  private final JShell shell;

  private JShellKernel(Builder builder) {
    super(
        "test kernel",
        "1",
        new LanguageInfo.Builder("java").fileExtension(".jshell").build(),
        List.of(),
        null,
        builder.io(),
        builder.comms(),
        builder.renderers(),
        null,
        null,
        false,
        builder.styler());
    shell = JShell.builder().executionEngine(new LocalExecutionControlProvider(), null).build();
    shell.addToClasspath(System.getProperty("java.class.path"));
  }

  /** Serves the connection that Jupyter describes in a file. */
  public static void main(String[] args) throws Exception {
    KernelConnectionProperties properties =
        KernelConnectionProperties.parse(Files.readString(Path.of(args[0])));
    JupyterConnection connection = new JupyterConnection(properties);
    new Builder().build().becomeHandlerForConnection(connection);
    connection.connect();
    connection.waitUntilClose();
  }

  /** Takes a value out of the shell. */
  public static void hold(Object value) {
    held = value;
  }

  @Override
  public Object evalRaw(String source) {
    held = null;
    String rest = source;
    while (!rest.isBlank()) {
      SourceCodeAnalysis.CompletionInfo info = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      held = null;
      for (SnippetEvent event : shell.eval(info.source())) {
        check(event);
        if (event.snippet().subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND) {
          String name = ((jdk.jshell.VarSnippet) event.snippet()).name();
          shell.eval(JShellKernel.class.getName() + ".hold(" + name + ");").forEach(this::check);
        }
      }
      rest = info.remaining();
    }
    return held;
  }

  private void check(SnippetEvent event) {
    if (event.status() == Snippet.Status.REJECTED) {
      throw new IllegalArgumentException(
          shell.diagnostics(event.snippet()).map(one -> one.getMessage(null)).toList().toString());
    }
    if (event.exception() != null) {
      throw new IllegalStateException(event.exception());
    }
  }

  @Override
  public DisplayData inspect(String code, int at, boolean extraDetail) {
    return null;
  }

  @Override
  public ReplacementOptions complete(String code, int at) {
    return null;
  }

  @Override
  public String isComplete(String code) {
    return IS_COMPLETE_YES;
  }

  private static final class Builder extends BaseKernelBuilder<Builder, JShellKernel> {
    @Override
    public JShellKernel build() {
      return new JShellKernel(this);
    }

    private org.dflib.jjava.jupyter.kernel.JupyterIO io() {
      return buildJupyterIO(StandardCharsets.UTF_8);
    }

    private org.dflib.jjava.jupyter.kernel.comm.CommManager comms() {
      return buildCommManager();
    }

    private org.dflib.jjava.jupyter.kernel.display.Renderer renderers() {
      return buildRenderer();
    }

    private org.dflib.jjava.jupyter.kernel.util.StringStyler styler() {
      return buildErrorStyler();
    }
  }
}
