package normsweep.base;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How far a piece of work has come. Whoever works counts; a {@link Display} that the program sets
 * once shows all of it, on a terminal or in a log. Without a view, nothing is shown.
 */
public final class Progress implements AutoCloseable {
  private static volatile Display view = Display.NONE;

  private final String task;
  private final long total;
  private final String unit;
  private final long perUnit;
  private final AtomicLong done = new AtomicLong();
  private final long begin = System.nanoTime();
  private volatile String note = "";

  /** What shows progress. */
  public interface Display {
    /** Shows nothing. */
    Display NONE =
        new Display() {
          @Override
          public void began(Progress work) {}

          @Override
          public void ended(Progress work) {}
        };

    /** Called when a piece of work begins. */
    void began(Progress work);

    /** Called when it has ended, completed or not. */
    void ended(Progress work);
  }

  private Progress(String task, long total, String unit, long perUnit) {
    this.task = Objects.requireNonNull(task);
    this.total = total;
    this.unit = Objects.requireNonNull(unit);
    this.perUnit = perUnit;
  }

  /** Sets what shows all progress that begins from now on. */
  public static void showOn(Display shown) {
    view = Objects.requireNonNull(shown);
  }

  /** Starts a piece of work that counts single items; a negative total means that it is unknown. */
  public static Progress of(String task, long total, String unit) {
    return of(task, total, unit, 1);
  }

  /**
   * Starts a piece of work of {@code total} items, shown in {@code unit}s of {@code perUnit} items.
   */
  public static Progress of(String task, long total, String unit, long perUnit) {
    Progress work = new Progress(task, total, unit, perUnit);
    view.began(work);
    return work;
  }

  /** Marks {@code n} more items as done. */
  public void step(long n) {
    done.addAndGet(n);
  }

  /** Shows a short text beside the numbers. */
  public void note(String text) {
    note = text;
  }

  @Override
  public void close() {
    view.ended(this);
  }

  /** What is done. */
  public String task() {
    return task;
  }

  /** The share that is done, from 0 to 1; NaN if the total is unknown. */
  public double share() {
    return total < 0 ? Double.NaN : total == 0 ? 1 : Math.min(1, (double) done.get() / total);
  }

  /** Units done so far. */
  public double units() {
    return (double) done.get() / perUnit;
  }

  /** Units in all; negative if that is unknown. */
  public double allUnits() {
    return (double) total / perUnit;
  }

  /** The name of the units, in the plural. */
  public String unit() {
    return unit;
  }

  /** Seconds since the work began. */
  public double seconds() {
    return (System.nanoTime() - begin) / 1e9;
  }

  /** The text given last; empty at first. */
  public String text() {
    return note;
  }
}
