package normsweep.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.Trial;
import normsweep.record.TrialResult;

/** What holds for attempts and commits on every file system. */
final class CommitProtocol {
  private static final int END = Integer.MAX_VALUE;
  private static final Trial TRIAL = new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.NONE, 1);

  private CommitProtocol() {}

  static void oneOfManyCreates(Store store) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      byte[] content = Integer.toString(i).getBytes(UTF_8);
      calls.add(() -> store.createOnce("commits/one", content));
    }
    List<Integer> winners = new ArrayList<>();
    List<Future<Boolean>> answers = threads.invokeAll(calls);
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i).get()) {
        winners.add(i);
      }
    }
    threads.shutdown();
    assertEquals(1, winners.size());
    assertEquals(
        winners.get(0).toString(), new String(store.read("commits/one").orElseThrow(), UTF_8));
    assertEquals(List.of("one"), store.list("commits"));
  }

  static void secondAttemptReturnsFirst(Store store, Path folder) throws Exception {
    Snapshot first = attempt(store, folder.resolve("a"), "first").commit(row(2), END);
    Snapshot second = attempt(store, folder.resolve("b"), "second").commit(row(3), END);
    assertEquals(first, second);
    assertEquals(2, second.row().epochs());
    assertEquals(List.of(first.attempt()), store.list(Snapshot.attempts(TRIAL.id())));
    second.publish(store);
    assertEquals("first", text(store, "trials/" + TRIAL.id() + "/gradients.csv"));
  }

  static void publishingCanBeRepeated(Store store, Path folder) throws Exception {
    store.write("trials/" + TRIAL.id() + "/checkpoint/epoch-0001.ckpt", new byte[1]);
    Attempt attempt = attempt(store, folder.resolve("a"), "whole");
    Snapshot found = attempt.commit(row(2), END);
    String first = found.files().keySet().iterator().next();
    // As far as a driver came that was killed then.
    store.move(found.files().get(first), "trials/" + TRIAL.id() + "/" + first);
    for (int times = 0; times < 2; times++) {
      Snapshot.read(store, Snapshot.commit(TRIAL.id(), END)).orElseThrow().publish(store);
      assertEquals(
          List.of("checkpoint/epoch-0002.ckpt", "gradients.csv"),
          store.walk("trials/" + TRIAL.id()).stream().sorted().toList());
    }
    assertEquals("whole", text(store, "trials/" + TRIAL.id() + "/gradients.csv"));
  }

  static void attemptResumesFromAnother(Store store, Path folder) throws Exception {
    attempt(store, folder.resolve("a"), "one epoch").save(row(1));
    Attempt later = attempt(store, folder.resolve("b"), "two epochs");
    later.save(row(1));
    later.save(row(2));
    TrialFolder resumed = new SweepFolder(folder.resolve("c")).trial(TRIAL.id());
    Files.createDirectories(resumed.root());
    Files.writeString(resumed.metrics(), "of an earlier attempt here");
    new Attempt(store, TRIAL.id(), resumed).resume();
    assertEquals("two epochs", Files.readString(resumed.gradients()));
    assertFalse(Files.exists(resumed.metrics()));
  }

  static void sweepsFolderIsResumedToo(Store store, Path folder) throws Exception {
    attempt(store, folder.resolve("a"), "of one epoch").save(row(1));
    byte[] checkpoint = {1, 2, 3};
    store.write("trials/" + TRIAL.id() + "/checkpoint/epoch-0003.ckpt", checkpoint);
    TrialFolder resumed = new SweepFolder(folder.resolve("b")).trial(TRIAL.id());
    new Attempt(store, TRIAL.id(), resumed).resume();
    assertArrayEquals(
        checkpoint, Files.readAllBytes(resumed.checkpoint().resolve("epoch-0003.ckpt")));
    assertFalse(Files.exists(resumed.gradients()));
  }

  private static Attempt attempt(Store store, Path folder, String content) throws Exception {
    TrialFolder trial = new SweepFolder(folder).trial(TRIAL.id());
    Files.createDirectories(trial.checkpoint());
    Files.writeString(trial.gradients(), content);
    Files.writeString(trial.checkpoint().resolve("epoch-0002.ckpt"), content);
    return new Attempt(store, TRIAL.id(), trial);
  }

  private static TrialResult row(int epochs) {
    return TrialResult.running(TRIAL, epochs);
  }

  private static String text(Store store, String key) throws Exception {
    return new String(store.read(key).orElseThrow(), UTF_8);
  }
}
