package normsweep;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import normsweep.Mutations.Mutant;
import normsweep.base.AtomicFiles;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;

/**
 * A kind of file that the program reads, its damaged copies, and what must come of them.
 *
 * <p>Whatever comes, it is one sentence that names the file, or nothing at all where the content is
 * what it was or could have been; the file stays as it is unless it is a cache that is made again,
 * or moved aside by design; nothing half-written is left beside it.
 *
 * @param name what the table calls it
 * @param file where the damaged copies are put; nothing else uses its folder
 * @param whole what the file is when nothing has happened to it
 * @param mutants the damaged copies
 * @param reader reads the file as the program does
 */
public record MalformedInput(
    String name, Path file, byte[] whole, List<Mutant> mutants, Reader reader) {
  /** A refusal says what to do behind a semicolon, or which values would do. */
  private static final Pattern REMEDY = Pattern.compile("; \\w|, allowed is ");

  private static final int LONGEST = 1500;

  /** What came back. */
  public enum Outcome {
    /** An exception with exit code 2 or 3. */
    REFUSED,
    /** A cache that was made again. */
    REBUILT,
    /** Named, moved to another name, and done without. */
    SET_ASIDE,
    /** Named, left as it is, and done without. */
    PASSED_OVER,
    /** Read: the same content, or another valid one that nothing tells from the original. */
    ACCEPTED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /**
   * What a reader made of a damaged copy that it did not refuse.
   *
   * @param note what the program says of it, where that is not in its log
   */
  public record Answer(Outcome outcome, String note) {
    /** The answer that needs no note. */
    public static Answer of(Outcome outcome) {
      return new Answer(outcome, "");
    }
  }

  /** Reads the damaged copy that lies in place, and checks the content it takes from it. */
  @FunctionalInterface
  public interface Reader {
    /** Reads; {@code mutant} is what lies in place. */
    Answer read(Mutant mutant) throws IOException;
  }

  /**
   * A row of the table.
   *
   * @param exit the exit code of a refusal, 0 otherwise
   */
  public record Row(String input, String how, Outcome outcome, int exit, String message) {}

  /**
   * Tries all damaged copies, and the whole file, which must be taken; fails with all that are not
   * answered as they must be.
   */
  public List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    assertAll(name, mutants.stream().map(mutant -> () -> rows.add(row(mutant))));
    Files.write(file, whole);
    assertEquals(
        Outcome.ACCEPTED, reader.read(new Mutant("whole", whole)).outcome(), "the whole file");
    assertArrayEquals(whole, Files.readAllBytes(file), "the whole file");
    return rows;
  }

  private Row row(Mutant mutant) throws IOException {
    try {
      return tried(mutant);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(mutant.how() + ": " + e, e);
    }
  }

  private Row tried(Mutant mutant) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, mutant.bytes());
    List<Path> before = files();
    int exit = 0;
    Answer answer;
    String logged;
    try (Warnings warnings = new Warnings()) {
      try {
        answer = reader.read(mutant);
      } catch (NormSweepException e) {
        answer = new Answer(Outcome.REFUSED, e.getMessage());
        exit = e.exitCode().status();
        assertTrue(e.exitCode() == ExitCode.USAGE || e.exitCode() == ExitCode.UNAVAILABLE);
      }
      logged = warnings.about(file);
    }
    String message = answer.note().isEmpty() ? logged : answer.note();
    check(answer.outcome(), message, mutant, before);
    String folder = file.getParent().toString();
    return new Row(name, mutant.how(), answer.outcome(), exit, message.replace(folder, "FOLDER"));
  }

  private void check(Outcome outcome, String message, Mutant mutant, List<Path> before)
      throws IOException {
    if (outcome != Outcome.ACCEPTED) {
      assertTrue(message.contains(file.getFileName().toString()), "not named: " + message);
      assertEquals(1, message.lines().count(), message);
      assertTrue(message.length() < LONGEST, message);
    }
    switch (outcome) {
      case REFUSED -> {
        assertTrue(REMEDY.matcher(message).find(), "no remedy: " + message);
        assertEquals(before, files());
        assertUnchanged(file, mutant);
      }
      case ACCEPTED, PASSED_OVER -> assertUnchanged(file, mutant);
      case REBUILT -> assertFalse(Arrays.equals(mutant.bytes(), Files.readAllBytes(file)));
      case SET_ASIDE -> {
        assertFalse(Files.exists(file));
        Path aside = file.resolveSibling(file.getFileName() + ".damaged");
        assertUnchanged(aside, mutant);
        Files.delete(aside);
      }
    }
    assertTrue(
        files().stream().noneMatch(f -> f.toString().endsWith(AtomicFiles.TEMPORARY_SUFFIX)),
        "half-written files are left");
  }

  private static void assertUnchanged(Path file, Mutant mutant) throws IOException {
    assertArrayEquals(mutant.bytes(), Files.readAllBytes(file), "the file was changed");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> tree = Files.walk(file.getParent())) {
      return tree.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
