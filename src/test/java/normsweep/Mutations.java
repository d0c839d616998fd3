package normsweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import normsweep.record.ExitCode;
import normsweep.record.NormSweepException;

/**
 * Damaged copies of a file, generated: cut at evenly spread places, with seeded bit flips, with
 * appended bytes, empty, and foreign. What came back for each is kept in a table under {@code
 * target/malformed-inputs/}.
 */
public final class Mutations {
  private static final Path TABLES = Path.of("target", "malformed-inputs");

  private Mutations() {}

  /** A damaged copy and how it was made. */
  public record Mutant(String how, byte[] bytes) {
    @Override
    public String toString() {
      return how;
    }
  }

  /** Takes a damaged copy. */
  @FunctionalInterface
  public interface Reader {
    void read(Mutant mutant) throws IOException;
  }

  /** {@code cuts} truncations, {@code flips} single-bit flips, and three foreign files. */
  public static List<Mutant> of(byte[] whole, int cuts, int flips, long seed) {
    List<Mutant> mutants = new ArrayList<>();
    for (int i = 0; i < cuts; i++) {
      int length = (int) ((long) whole.length * i / cuts);
      mutants.add(new Mutant("cut to " + length + " bytes", Arrays.copyOf(whole, length)));
    }
    mutants.add(new Mutant("cut by one byte", Arrays.copyOf(whole, Math.max(0, whole.length - 1))));
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < flips; i++) {
      int at = random.nextInt(whole.length);
      int bit = random.nextInt(8);
      byte[] flipped = whole.clone();
      flipped[at] = (byte) (flipped[at] ^ (1 << bit));
      mutants.add(new Mutant("bit " + bit + " of byte " + at + " flipped", flipped));
    }
    mutants.add(
        new Mutant("a text", "<html><body>404</body></html>".getBytes(StandardCharsets.UTF_8)));
    mutants.add(new Mutant("zeros", new byte[whole.length]));
    byte[] noise = new byte[Math.min(whole.length, 4096)];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (byte) random.nextInt(256);
    }
    mutants.add(new Mutant("noise", noise));
    return mutants;
  }

  /**
   * Reads every mutant and requires that each is refused with {@code expected} and a one-sentence
   * message that holds {@code named}; the table is written as {@code table}.csv.
   */
  public static void allRefused(
      String table, List<Mutant> mutants, ExitCode expected, String named, Reader reader) {
    List<String> rows = new ArrayList<>(List.of("input,how,exit,message"));
    for (Mutant mutant : mutants) {
      NormSweepException refusal = refusal(mutant, reader);
      assertFalse(refusal == null, () -> table + ", " + mutant.how() + ": was accepted");
      assertEquals(expected, refusal.exitCode(), () -> table + ", " + mutant.how());
      assertTrue(
          refusal.getMessage().contains(named) && refusal.getMessage().indexOf('\n') < 0,
          () -> table + ", " + mutant.how() + ": " + refusal.getMessage());
      rows.add(
          String.join(
              ",",
              table,
              mutant.how(),
              Integer.toString(refusal.exitCode().status()),
              '"' + refusal.getMessage().replace("\"", "\"\"") + '"'));
    }
    write(table, rows);
  }

  private static NormSweepException refusal(Mutant mutant, Reader reader) {
    try {
      reader.read(mutant);
      return null;
    } catch (NormSweepException e) {
      return e;
    } catch (IOException e) {
      throw new UncheckedIOException(mutant.how(), e);
    }
  }

  private static void write(String table, List<String> rows) {
    try {
      Files.createDirectories(TABLES);
      Files.write(TABLES.resolve(table + ".csv"), rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
