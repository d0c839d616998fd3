package normsweep.base;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReasonTest {
  @TempDir Path folder;

  @Test
  void namesWhatRefusesPermission() throws IOException {
    Path there = Files.createFile(folder.resolve("there"));
    Path missing = folder.resolve("a").resolve("b.part");
    assertEquals("no permission to write " + there, writing(denied(there)));
    assertEquals("no permission to write " + folder, writing(denied(missing)));
    assertEquals("no permission to read " + missing, Reason.of(denied(missing)));
    assertEquals(
        "no permission to write " + there,
        writing(new FileNotFoundException(there + " (Permission denied)")));
  }

  @Test
  void passesSystemsAnswerOn() {
    assertEquals("No space left on device", writing(new IOException("No space left on device")));
    assertEquals(
        "x: Read-only file system",
        writing(new FileSystemException("x", null, "Read-only file system")));
    assertEquals("x is in the way", writing(new FileAlreadyExistsException("x")));
    assertEquals("x does not exist", Reason.of(new NoSuchFileException("x")));
  }

  @Test
  void theRemedyFitsTheReason() {
    assertEquals(
        "The cache cannot be written: too many open files; close other programs or raise the limit"
            + " (ulimit -n), then run the same command again.",
        NormSweepException.unwritable(
                "The cache",
                new UncheckedIOException(
                    new FileSystemException("x", null, "Too many open files in system")))
            .getMessage());
    assertEquals(
        "The cache cannot be written: no permission to write "
            + folder
            + "; give this user that permission or choose another folder, then run the same command"
            + " again.",
        NormSweepException.unwritable("The cache", denied(folder)).getMessage());
  }

  private static String writing(IOException e) {
    return Reason.ofWriting(e);
  }

  private static IOException denied(Path file) {
    return new AccessDeniedException(file.toString());
  }
}
