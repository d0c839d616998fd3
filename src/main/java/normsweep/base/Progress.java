package normsweep.base;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A progress bar on standard error for anything that takes more than two seconds. Where standard
 * error is no terminal it is redrawn rarely, so that logs stay short.
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

  /** Starts a bar of {@code total} {@code unit}s, {@code perUnit} of the counted things each. */
  public static Progress of(String task, long total, String unit, long perUnit) {
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setUnit(" " + unit, perUnit)
            .showSpeed()
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(onTerminal() ? TERMINAL_MILLIS : LOG_MILLIS)
            .setMaxRenderedLength(WIDTH)
            .build());
  }

  /**
   * Starts a bar that vanishes when it is closed, for what leaves a line of its own behind; where
   * standard error is no terminal there is none at all.
   */
  public static Progress vanishing(String task, long total, String unit) {
    if (!onTerminal()) {
      return new Progress(null);
    }
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setUnit(" " + unit, 1)
            .showSpeed()
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(TERMINAL_MILLIS)
            .setMaxRenderedLength(WIDTH)
            .clearDisplayOnFinish()
            .build());
  }

  // From JDK 22 on a console may be there without a terminal; the cost is a chattier log.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean onTerminal() {
    return System.console() != null;
  }

  /** Starts a bar that counts single things. */
  public static Progress of(String task, long total, String unit) {
    return of(task, total, unit, 1);
  }

  /** Counts {@code n} more as done. */
  public void step(long n) {
    if (bar != null) {
      bar.stepBy(n);
    }
  }

  /** Shows a short text behind the bar. */
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
