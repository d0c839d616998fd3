package normsweep.data.picture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import normsweep.base.Hashes;
import normsweep.base.NormSweepException;
import normsweep.base.Processors;
import normsweep.base.Progress;
import normsweep.data.Caches;
import normsweep.record.Records;

/**
 * The facts of all pictures of a folder, kept in the cache: each file is read and decoded once,
 * until its size or time changes.
 */
final class PictureIndex {
  /** Pictures between two writes of the index: what an interruption costs. */
  private static final int SAVE_EVERY = 2048;

  private static final int NAME_DIGITS = 16;

  private PictureIndex() {}

  /** The facts of each entry, in their order. */
  static List<PictureFacts> of(PictureList list, Path cache) {
    String name = Hashes.sha256(list.root().toString()).substring(0, NAME_DIGITS) + ".csv";
    Path file = cache.resolve("pictures").resolve(name);
    Map<String, PictureFacts> known = read(file);
    List<String> unknown =
        list.entries().stream()
            .map(PictureList.Entry::path)
            .filter(
                path ->
                    !known.containsKey(path) || !known.get(path).holds(list.root().resolve(path)))
            .toList();
    if (!unknown.isEmpty()) {
      check(list.root(), unknown, known, file);
    }
    return list.entries().stream().map(entry -> known.get(entry.path())).toList();
  }

  private static Map<String, PictureFacts> read(Path file) {
    Map<String, PictureFacts> known = new HashMap<>();
    if (Files.exists(file)) {
      try {
        Records.readCsv(file, PictureFacts.class).forEach(facts -> known.put(facts.path(), facts));
      } catch (NormSweepException e) {
        known.clear(); // damaged, and made again
      }
    }
    return known;
  }

  private static void check(
      Path root, List<String> paths, Map<String, PictureFacts> known, Path file) {
    ExecutorService pool = Executors.newFixedThreadPool(Processors.count());
    try (Progress progress = Progress.of("Checking pictures", paths.size(), "pictures")) {
      for (int from = 0; from < paths.size(); from += SAVE_EVERY) {
        List<String> some = paths.subList(from, Math.min(paths.size(), from + SAVE_EVERY));
        List<Callable<PictureFacts>> work = new ArrayList<>();
        for (String path : some) {
          work.add(
              () -> {
                PictureFacts facts = PictureFacts.of(root, path);
                progress.step(1);
                return facts;
              });
        }
        for (Future<PictureFacts> facts : pool.invokeAll(work)) {
          known.put(facts.get().path(), facts.get());
        }
        Files.createDirectories(file.getParent());
        Records.writeCsv(file, PictureFacts.class, List.copyOf(known.values()));
      }
    } catch (IOException e) {
      throw Caches.unwritable(file.getParent(), e);
    } catch (ExecutionException e) {
      NormSweepException.rethrowError(e.getCause());
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw NormSweepException.failed("Checking pictures was interrupted.", e);
    } finally {
      pool.shutdownNow();
    }
  }
}
