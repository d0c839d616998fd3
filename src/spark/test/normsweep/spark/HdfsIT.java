package normsweep.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commit protocol on HDFS. */
class HdfsIT {
  private static final AtomicInteger SWEEPS = new AtomicInteger();

  @TempDir static Path blocks;
  private static Hdfs hdfs;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    hdfs = Hdfs.start(blocks);
  }

  @AfterAll
  static void stop() {
    hdfs.close();
  }

  private static Store store() throws IOException {
    return new Store(hdfs.root() + "/sweep-" + SWEEPS.incrementAndGet(), new Configuration());
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
}
