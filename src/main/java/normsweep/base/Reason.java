package normsweep.base;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;

/** Why a file or an address failed, in the user's words. */
public final class Reason {
  private final String text;
  private final String remedy;

  private Reason(String text, String remedy) {
    this.text = text;
    this.remedy = remedy;
  }

  /** Why something could not be read or fetched. */
  public static String of(Throwable error) {
    if (error instanceof UnknownHostException) {
      return "host name not found";
    }
    if (error instanceof EOFException) {
      return "it ends too early";
    }
    return error instanceof ConnectException ? "connection refused" : of(error, "read").text;
  }

  /** Why something could not be written. */
  public static String ofWriting(Throwable error) {
    return of(error, "write").text;
  }

  /** What to do when something could not be written. */
  static String remedy(Throwable error) {
    return of(error, "write").remedy;
  }

  private static Reason of(Throwable error, String doing) {
    boolean wrapped = error instanceof UncheckedIOException || error instanceof CompletionException;
    if (wrapped && error.getCause() != null) {
      return of(error.getCause(), doing);
    }
    String message = String.valueOf(error.getMessage());
    if (message.contains("Too many open files")) {
      return new Reason(
          "too many open files", "close other programs or raise the limit (ulimit -n)");
    }
    if (error instanceof FileSystemException e && e.getFile() != null) {
      return of(e, doing);
    }
    if (error instanceof FileNotFoundException && message.endsWith(" (Permission denied)")) {
      String file = message.substring(0, message.lastIndexOf(" ("));
      return of(new AccessDeniedException(file), doing);
    }
    // The messages of Java's own I/O exceptions are sufficient.
    boolean known =
        error.getClass() == IOException.class
            || error instanceof FileNotFoundException
            || error instanceof NormSweepException;
    String kind = error.getClass().getSimpleName();
    return plain(error.getMessage() == null ? kind : known ? message : message + " (" + kind + ")");
  }

  private static Reason of(FileSystemException e, String doing) {
    if (e instanceof AccessDeniedException) {
      return new Reason(
          "no permission to " + doing + " " + (doing.equals("write") ? refusing(e) : e.getFile()),
          "give this user that permission or choose another folder");
    }
    if (e instanceof NoSuchFileException) {
      return plain(e.getFile() + " does not exist");
    }
    if (e instanceof FileAlreadyExistsException) {
      return new Reason(e.getFile() + " is in the way", "move it or choose another folder");
    }
    return plain(
        e.getFile()
            + ": "
            + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason()));
  }

  /** For a file that does not exist yet, its folder or a parent folder refuses access. */
  private static Path refusing(FileSystemException e) {
    Path path = Path.of(e.getFile()).toAbsolutePath();
    while (path.getParent() != null && Files.notExists(path)) {
      path = path.getParent();
    }
    return path;
  }

  private static Reason plain(String text) {
    return new Reason(text, "free space or choose another folder");
  }
}
