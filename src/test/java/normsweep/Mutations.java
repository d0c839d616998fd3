package normsweep;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Damaged copies of a file, generated: cut at the boundaries of its format and at evenly spread
 * places, with seeded bit flips, with appended bytes, and foreign. {@link MalformedInput} says what
 * must come of them.
 */
public final class Mutations {
  private static final int APPENDED = 16;
  private static final int LARGEST_NOISE = 4096;

  private Mutations() {}

  /** A damaged copy and how it was made. */
  public record Mutant(String how, byte[] bytes) {
    /** Whether it is the beginning of the whole file. */
    public boolean isCutOf(byte[] whole) {
      return bytes.length < whole.length
          && Arrays.equals(bytes, Arrays.copyOf(whole, bytes.length));
    }

    @Override
    public String toString() {
      return how;
    }
  }

  /**
   * All kinds of damage.
   *
   * @param cuts evenly spread truncations, the empty file among them
   * @param flips single-bit flips
   * @param boundaries places where a part of the format ends: cut there, one byte before and after
   */
  public static List<Mutant> of(
      byte[] whole, int cuts, int flips, long seed, List<Integer> boundaries) {
    List<Mutant> mutants = new ArrayList<>(cuts(whole, cuts, boundaries));
    SplittableRandom random = new SplittableRandom(seed);
    mutants.addAll(flips(whole, flips, 0, whole.length, random));
    byte[] longer = Arrays.copyOf(whole, whole.length + APPENDED);
    byte[] noise = new byte[Math.min(whole.length, LARGEST_NOISE)];
    random.nextBytes(noise);
    System.arraycopy(noise, 0, longer, whole.length, Math.min(noise.length, APPENDED));
    mutants.add(new Mutant(APPENDED + " bytes appended", longer));
    mutants.add(new Mutant("a web page", text("<html><body>404</body></html>")));
    mutants.add(new Mutant("a zip", text("PK\u0003\u0004\u0014\u0000\u0000\u0000\b\u0000")));
    mutants.add(new Mutant("zeros", new byte[whole.length]));
    mutants.add(new Mutant("noise", noise));
    return mutants;
  }

  /** Truncations alone: evenly spread, at the boundaries and one byte beside them. */
  public static List<Mutant> cuts(byte[] whole, int cuts, List<Integer> boundaries) {
    TreeSet<Integer> lengths = new TreeSet<>();
    for (int i = 0; i < cuts; i++) {
      lengths.add((int) ((long) whole.length * i / cuts));
    }
    lengths.add(whole.length - 1);
    for (int boundary : boundaries) {
      lengths.addAll(List.of(boundary - 1, boundary, boundary + 1));
    }
    return lengths.stream()
        .filter(length -> length >= 0 && length < whole.length)
        .map(length -> new Mutant("cut to " + length + " bytes", Arrays.copyOf(whole, length)))
        .toList();
  }

  /** Single-bit flips between two places. */
  public static List<Mutant> flips(
      byte[] whole, int flips, int from, int to, SplittableRandom random) {
    List<Mutant> mutants = new ArrayList<>();
    for (int i = 0; i < flips; i++) {
      int at = random.nextInt(from, to);
      int bit = random.nextInt(8);
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << bit);
      mutants.add(new Mutant("bit " + bit + " of byte " + at + " flipped", flipped));
    }
    return mutants;
  }

  /** The ends of the lines of a text. */
  public static List<Integer> lineEnds(byte[] text) {
    return after(text, text("\n"));
  }

  /** The places right after every occurrence of {@code part}. */
  public static List<Integer> after(byte[] whole, byte[] part) {
    List<Integer> ends = new ArrayList<>();
    for (int at = 0; at + part.length <= whole.length; at++) {
      if (Arrays.equals(whole, at, at + part.length, part, 0, part.length)) {
        ends.add(at + part.length);
      }
    }
    return ends;
  }

  /** Every {@code step}-th of some boundaries, where there are too many to try all. */
  public static List<Integer> everyNth(List<Integer> boundaries, int step) {
    List<Integer> some = new ArrayList<>();
    for (int i = 0; i < boundaries.size(); i += step) {
      some.add(boundaries.get(i));
    }
    return some;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
