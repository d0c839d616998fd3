package normsweep.cli.terminal;

import normsweep.base.ExitCode;
import org.jline.utils.Signals;

/**
 * Ctrl-C (SIGINT) during a sweep: the first one asks it to save and stop if it can, a second one or
 * one before anything is trained ends the program at once.
 */
public final class CtrlC implements AutoCloseable {
  private static final String SIGNAL = "INT";

  private final Screen screen;
  private final String resume;
  private final Object before;
  private volatile boolean saves;
  private volatile boolean asked;

  /**
   * Listens for it until this is closed.
   *
   * @param resume says how to go on later
   */
  public CtrlC(Screen screen, String resume) {
    this.screen = screen;
    this.resume = resume;
    before = Signals.register(SIGNAL, this::pressed);
  }

  /** Says that from now on, {@link #asked} is looked at after every step. */
  public void saves() {
    saves = true;
  }

  /** Whether the sweep is asked to stop. */
  public boolean asked() {
    return asked;
  }

  private void pressed() {
    if (saves && !asked) {
      asked = true;
      screen.err().println("Stopping: saving after this step (Ctrl-C again stops at once) ...");
      return;
    }
    screen.close();
    screen.err().println("Stopped; " + resume);
    System.exit(ExitCode.INTERRUPTED.status());
  }

  @Override
  public void close() {
    Signals.unregister(SIGNAL, before);
  }
}
