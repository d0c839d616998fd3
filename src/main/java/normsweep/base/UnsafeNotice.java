package normsweep.base;

import java.lang.reflect.Field;

/**
 * Suppresses the notice that JDK 24 and newer print once per process, before any output of ours,
 * when a library calls {@code sun.misc.Unsafe}: here JavaCPP 1.5.7, for which Deeplearning4j's
 * native libraries are built. Users can do nothing about it. Only a command-line option of {@code
 * java} switches it off, which {@code java -jar} cannot carry, so a flag in a package that the JDK
 * opens to everybody tells it that the notice has been printed. Errors and refusals are separate
 * lines and still appear.
 */
public final class UnsafeNotice {
  private UnsafeNotice() {}

  public static void markAsPrinted() {
    try {
      Field printed = Class.forName("sun.misc.Unsafe").getDeclaredField("memoryAccessWarned");
      printed.setAccessible(true);
      printed.setBoolean(null, true);
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Older JDKs print no such notice; a newer one that works differently prints it.
    }
  }
}
