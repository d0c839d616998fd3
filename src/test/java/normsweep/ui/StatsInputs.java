package normsweep.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import normsweep.MalformedInput;
import normsweep.MalformedInput.Answer;
import normsweep.MalformedInput.Outcome;
import normsweep.Mutations;
import normsweep.Mutations.Mutant;
import org.deeplearning4j.core.storage.Persistable;

/** Damaged training statistics, as a trial that resumes finds them. */
public final class StatsInputs {
  private static final int REPORTS = 8;

  /** Length, checksum, type and encoding of a record of the journal. */
  private static final int FIELDS = 4;

  private StatsInputs() {}

  /** All inputs of this package, each in a folder of its own below {@code folder}. */
  public static List<MalformedInput> in(Path folder) throws IOException {
    return List.of(journal(folder.resolve("journal")));
  }

  private static MalformedInput journal(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve("stats.journal");
    List<Integer> ends = new ArrayList<>(List.of(StatsJournal.FIRST_RECORD));
    StatsJournal.create(file, List.of());
    for (int i = 0; i < REPORTS; i++) {
      StatsJournal.append(file, StatsJournalTest.report(i));
      int end = Math.toIntExact(Files.size(file));
      // The ends of length, checksum, type and encoding of each record.
      int begin = ends.get(ends.size() - 1);
      ends.addAll(List.of(begin + 4, begin + 8, begin + 9, end));
    }
    byte[] whole = Files.readAllBytes(file);
    return new MalformedInput(
        "stats.journal",
        file,
        whole,
        Mutations.of(whole, 10, 60, 3, ends),
        mutant -> {
          List<Persistable> read = SweepStats.recorded(file);
          if (!Files.exists(file)) {
            return Answer.of(Outcome.SET_ASIDE);
          }
          if (mutant.isCutOf(whole)) {
            // All records before the cut count.
            assertEquals(wholeRecords(ends, mutant), read.size());
          }
          // A flip in a length can make the rest of the file look like a torn record.
          int at = ends.indexOf(mutant.bytes().length);
          boolean flipped =
              mutant.bytes().length == whole.length && !Arrays.equals(mutant.bytes(), whole);
          boolean between = at >= 0 && at % FIELDS == 0 && !flipped;
          return Answer.of(between ? Outcome.ACCEPTED : Outcome.PASSED_OVER);
        });
  }

  private static int wholeRecords(List<Integer> ends, Mutant mutant) {
    int records = 0;
    for (int i = FIELDS; i < ends.size(); i += FIELDS) {
      records += ends.get(i) <= mutant.bytes().length ? 1 : 0;
    }
    return records;
  }
}
