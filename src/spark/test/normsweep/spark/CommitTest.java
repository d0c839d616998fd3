package normsweep.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import normsweep.base.NormSweepException;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commit protocol on this machine's file system. */
class CommitTest {
  @TempDir Path folder;

  private Store store() throws IOException {
    return new Store(folder.resolve("out").toUri().toString(), new Configuration());
  }

  @Test
  void oneOfManyCreates() throws Exception {
    CommitProtocol.oneOfManyCreates(store());
  }

  @Test
  void secondAttemptReturnsFirst() throws Exception {
    CommitProtocol.secondAttemptReturnsFirst(store(), folder);
  }

  @Test
  void publishingCanBeRepeated() throws Exception {
    CommitProtocol.publishingCanBeRepeated(store(), folder);
  }

  @Test
  void attemptResumesFromAnother() throws Exception {
    CommitProtocol.attemptResumesFromAnother(store(), folder);
  }

  @Test
  void sweepsFolderIsResumedToo() throws Exception {
    CommitProtocol.sweepsFolderIsResumedToo(store(), folder);
  }

  @Test
  void filesAreReplacedWhole() throws Exception {
    Store store = store();
    store.write("a/b", "one".getBytes(UTF_8));
    store.write("a/b", "two".getBytes(UTF_8));
    assertArrayEquals("two".getBytes(UTF_8), store.read("a/b").orElseThrow());
    assertEquals(List.of("b"), store.list("a"));
    assertTrue(store.read("a/c").isEmpty());
  }

  @Test
  void secondDriverIsRefused() throws Exception {
    Store store = store();
    Lease first = Lease.take(store, 50);
    NormSweepException e = assertThrows(NormSweepException.class, () -> Lease.take(store, 500));
    assertTrue(e.getMessage().contains("is being written by process"), e.getMessage());
    first.close();
    Lease.take(store, 50).close();
  }

  @Test
  void leaseOfLostDriverRunsOut() throws Exception {
    Store store = store();
    store.write(".driver", "process 1 on host lost".getBytes(UTF_8));
    Lease.take(store, 20).close();
    assertEquals(List.of(), store.list(""));
  }
}
