package normsweep.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import normsweep.base.Progress;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.TerminalBuilder.SystemOutput;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the user looks at. On a terminal, the lines of everything in progress stay below all other
 * text and are redrawn in place; elsewhere they are printed as plain lines at long intervals. All
 * text of the program must go through {@link #out()} and {@link #err()} for that.
 */
public final class Screen implements Progress.Display, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Screen.class);
  private static final int TERMINAL_MILLIS = 250;
  private static final int LOG_MILLIS = 30_000;
  private static final int USUAL_WIDTH = 80;
  private static final double WORTH_A_LINE = 2;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean quiet;
  private final List<OwnedLine> lines = new ArrayList<>();
  private Terminal terminal;
  private Display display;
  private boolean midLine;
  private ScheduledExecutorService timer;

  /** A line and what it belongs to. */
  private record OwnedLine(Object owner, Supplier<StatusLine> line) {}

  /**
   * A screen on two streams.
   *
   * @param quiet whether progress is never shown
   */
  public Screen(PrintStream out, PrintStream err, boolean quiet) {
    this.out = out;
    this.err = err;
    this.quiet = quiet;
  }

  /** Standard output that keeps clear of the lines. */
  public PrintStream out() {
    return new PrintStream(new Above(out), true, charset("stdout"));
  }

  /** Standard error that keeps clear of the lines. */
  public PrintStream err() {
    return new PrintStream(new Above(err), true, charset("stderr"));
  }

  // What Java itself uses; since Java 18 a stream knows it, since 19 a property says it.
  private static Charset charset(String stream) {
    String name =
        System.getProperty(
            stream + ".encoding", System.getProperty("sun." + stream + ".encoding", ""));
    return name.isEmpty() ? Charset.defaultCharset() : Charset.forName(name);
  }

  /** Whether only results, warnings and errors are wanted. */
  public boolean quiet() {
    return quiet;
  }

  /** Whether standard error, where lines are redrawn, is a terminal. */
  private boolean live() {
    return !terminal().getType().startsWith(Terminal.TYPE_DUMB);
  }

  private synchronized Terminal terminal() {
    if (terminal == null) {
      try {
        terminal =
            TerminalBuilder.builder()
                .system(true)
                .dumb(true)
                .nativeSignals(false)
                .systemOutput(SystemOutput.SysErr)
                .build();
        display = new Display(terminal, false);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return terminal;
  }

  /** Columns of the terminal that shows standard output; no limit if it is a file or a pipe. */
  public static int columns() {
    return columns(SystemStream.Output);
  }

  static int columns(SystemStream stream) {
    TerminalProvider provider = provider();
    if (provider == null || !provider.isSystemStream(stream)) {
      return Integer.MAX_VALUE;
    }
    int columns = provider.systemStreamWidth(stream);
    return columns > 0 ? columns : USUAL_WIDTH;
  }

  /** Whether both standard output and standard error are terminals. */
  public static boolean onTerminal() {
    TerminalProvider provider = provider();
    return provider != null
        && provider.isSystemStream(SystemStream.Output)
        && provider.isSystemStream(SystemStream.Error);
  }

  /** The first that works: through a native library, or else through programs of the system. */
  private static TerminalProvider provider() {
    for (String name : List.of("jni", "exec")) {
      try {
        return TerminalProvider.load(name);
      } catch (IOException | RuntimeException | LinkageError e) {
        LOG.debug("Terminal provider {}", name, e);
      }
    }
    return null;
  }

  private int width() {
    int columns = terminal().getWidth();
    return columns > 0 ? columns : USUAL_WIDTH;
  }

  @Override
  public void began(Progress work) {
    show(work, () -> StatusLine.of(work));
  }

  @Override
  public void ended(Progress work) {
    hide(work);
    if (!quiet && work.seconds() > WORTH_A_LINE) {
      err().println(StatusLine.ended(work));
    }
  }

  /** Shows a line below those shown already, until it is hidden. */
  public synchronized void show(Object owner, Supplier<StatusLine> line) {
    if (quiet) {
      return;
    }
    lines.add(new OwnedLine(owner, line));
    if (timer == null) {
      timer =
          Executors.newSingleThreadScheduledExecutor(
              task -> {
                Thread thread = new Thread(task, "screen");
                thread.setDaemon(true);
                return thread;
              });
      int millis = live() ? TERMINAL_MILLIS : LOG_MILLIS;
      // Ends with the timer.
      ScheduledFuture<?> unused =
          timer.scheduleAtFixedRate(this::tick, millis, millis, TimeUnit.MILLISECONDS);
    }
  }

  /** Hides the line of something that has ended. */
  public synchronized void hide(Object owner) {
    if (lines.removeIf(line -> line.owner == owner)) {
      if (live()) {
        draw();
      }
      if (lines.isEmpty()) {
        timer.shutdown();
        timer = null;
      }
    }
  }

  private synchronized void tick() {
    if (live()) {
      draw();
    } else {
      // What is done needs no line: the text that follows shows it.
      lines.stream()
          .map(line -> line.line.get())
          .filter(line -> !(line.share() >= 1))
          .forEach(line -> err.println(line.text()));
    }
  }

  private void draw() {
    if (!midLine) {
      // The last column stays free: some terminals go to the next line when it is written.
      int columns = width() - 1;
      update(lines.stream().map(line -> line.line.get().fit(columns)).toList());
    }
  }

  private void update(List<String> texts) {
    display.resize(Math.max(terminal.getHeight(), texts.size() + 1), width());
    display.update(texts.stream().map(AttributedString::new).toList(), texts.isEmpty() ? 0 : -1);
    terminal.flush();
  }

  /** Removes all lines. */
  @Override
  public synchronized void close() {
    lines.stream().map(OwnedLine::owner).toList().forEach(this::hide);
  }

  /** Text that the lines make way for. */
  private final class Above extends OutputStream {
    private final PrintStream to;

    Above(PrintStream to) {
      this.to = to;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      synchronized (Screen.this) {
        boolean below = timer != null && live();
        if (below && !midLine) {
          update(List.of());
          display.reset();
        }
        to.write(bytes, from, length);
        midLine = length > 0 && bytes[from + length - 1] != '\n';
        if (below && !midLine) {
          to.flush();
          draw();
        }
      }
    }

    @Override
    public void flush() {
      to.flush();
    }
  }
}
