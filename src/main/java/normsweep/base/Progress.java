package normsweep.base;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A progress bar on standard error for anything that takes more than two seconds. Where standard
 * error is not a terminal, the bar is redrawn rarely to keep logs short.
 */
public final class Progress implements AutoCloseable {
  private static final int TERMINAL_MILLIS = 250;
  private static final int WIDTH = 100;
  private static final int LOG_MILLIS = 10_000;

  /** Null where nothing is shown. */
  private final ProgressBar bar;

  private Progress(ProgressBar bar) {
    this.bar = bar;
  }

  /** Starts a bar that counts single items. */
  public static Progress of(String task, long total, String unit) {
    return of(task, total, unit, 1);
  }

  /**
   * Starts a bar of {@code total} {@code unit}s, each of which stands for {@code perUnit} counted
   * items.
   */
  public static Progress of(String task, long total, String unit, long perUnit) {
    return new Progress(bar(task, total, unit, perUnit).build());
  }

  /**
   * Starts a bar that vanishes when it is closed, for work that prints its own line at the end;
   * where standard error is not a terminal, no bar is shown.
   */
  public static Progress vanishing(String task, long total, String unit) {
    return new Progress(
        onTerminal() ? bar(task, total, unit, 1).clearDisplayOnFinish().build() : null);
  }

  private static ProgressBarBuilder bar(String task, long total, String unit, long perUnit) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total)
        .setUnit(" " + unit, perUnit)
        .showSpeed()
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(onTerminal() ? TERMINAL_MILLIS : LOG_MILLIS)
        .setMaxRenderedLength(WIDTH);
  }

  // Since JDK 22 a console may exist without a terminal; the cost is a more verbose log.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean onTerminal() {
    return System.console() != null;
  }

  /** Marks {@code n} more items as done. */
  public void step(long n) {
    if (bar != null) {
      bar.stepBy(n);
    }
  }

  /** Shows a short text after the bar. */
  public void note(String text) {
    if (bar != null) {
      bar.setExtraMessage(text);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
