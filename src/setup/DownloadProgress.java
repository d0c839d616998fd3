import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * Says every few seconds how much Maven has downloaded. Maven itself prints either thousands of
 * lines or none: with empty caches it would be silent for minutes. It ends with Maven, or when
 * nothing has come for a while.
 *
 * <p>Argument: the folder of the local repository.
 */
final class DownloadProgress {
  private static final int SECONDS_BETWEEN_LINES = 5;
  private static final int PATIENCE_SECONDS = 120;
  private static final long MEGABYTE = 1_000_000;

  private DownloadProgress() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path repository = Path.of(arguments[0]);
    ProcessHandle maven = ProcessHandle.current().parent().orElseThrow();
    long before = bytes(repository);
    long shown = 0;
    for (int second = 1, last = 0; second - last < PATIENCE_SECONDS; second++) {
      TimeUnit.SECONDS.sleep(1);
      if (!maven.isAlive()) {
        return;
      }
      if (second % SECONDS_BETWEEN_LINES != 0) {
        continue;
      }
      long megabytes = (bytes(repository) - before) / MEGABYTE;
      if (megabytes > shown) {
        System.out.println("Maven has downloaded " + megabytes + " MB.");
        shown = megabytes;
        last = second;
      }
    }
  }

  private static long bytes(Path folder) throws IOException {
    long[] sum = {0};
    if (Files.isDirectory(folder)) {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              sum[0] += attributes.size();
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE; // a temporary name that is gone again
            }
          });
    }
    return sum[0];
  }
}
