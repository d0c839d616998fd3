package normsweep.base;

import java.lang.reflect.Field;

/**
 * The notice that JDK 24 and newer print once a process, before anything of ours, when a library
 * calls {@code sun.misc.Unsafe}: here JavaCPP 1.5.7, which Deeplearning4j's native libraries are
 * built for. A user can do nothing about it. Only a command-line option of {@code java} switches it
 * off, which {@code java -jar} cannot carry; so the JDK is told that it has been printed, by a flag
 * in a package that it opens to everybody. Errors and refusals are other lines and stay.
 */
public final class UnsafeNotice {
  private UnsafeNotice() {}

  public static void markAsPrinted() {
    try {
      Field printed = Class.forName("sun.misc.Unsafe").getDeclaredField("memoryAccessWarned");
      printed.setAccessible(true);
      printed.setBoolean(null, true);
    } catch (ReflectiveOperationException | RuntimeException e) {
      // An older JDK prints no such notice; a newer one that works otherwise prints it.
      return;
    }
  }
}
