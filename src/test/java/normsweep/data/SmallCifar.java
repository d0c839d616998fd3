package normsweep.data;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import normsweep.base.Hashes;

/** A data set in all of CIFAR-10's forms with three made-up images per batch. */
final class SmallCifar {
  static final int IMAGES_PER_BATCH = 3;

  private final byte[][] batches = new byte[CifarLayout.BATCHES.size()][];

  SmallCifar(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int batch = 0; batch < batches.length; batch++) {
      byte[] records = new byte[IMAGES_PER_BATCH * CifarLayout.RECORD_BYTES];
      for (int i = 0; i < records.length; i++) {
        boolean label = i % CifarLayout.RECORD_BYTES == 0;
        records[i] = (byte) random.nextInt(label ? Cifar10.CLASSES : 256);
      }
      batches[batch] = records;
    }
  }

  byte[] whole() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] batch : batches) {
      whole.writeBytes(batch);
    }
    return whole.toByteArray();
  }

  /** Image bytes by global index. */
  byte[] image(int index) {
    int record = index % IMAGES_PER_BATCH * CifarLayout.RECORD_BYTES;
    byte[] batch = batches[index / IMAGES_PER_BATCH];
    return Arrays.copyOfRange(batch, record + 1, record + CifarLayout.RECORD_BYTES);
  }

  int label(int index) {
    return batches[index / IMAGES_PER_BATCH][index % IMAGES_PER_BATCH * CifarLayout.RECORD_BYTES];
  }

  CifarLayout layout() {
    return new CifarLayout(
        IMAGES_PER_BATCH,
        Arrays.stream(batches).map(batch -> hex("SHA-256", batch)).toList(),
        hex("SHA-256", whole()));
  }

  /** Sources of these data at addresses of the caller's choice. */
  CifarSources sources(URI official, List<String> npm) {
    return new CifarSources(
        layout(),
        official,
        Checksum.md5(hex("MD5", officialArchive())),
        "small-cifar@1.0.0",
        "sha512-"
            + Base64.getEncoder().encodeToString(Hashes.digest("SHA-512").digest(npmArchive())),
        npm);
  }

  /** Sources that cannot be reached. */
  CifarSources unreachable() {
    return sources(URI.create("http://no-such-host.invalid/x.tar.gz"), List.of("no-such-npm"));
  }

  Path writeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
      for (int batch = 0; batch < batches.length; batch++) {
        Files.write(folder.resolve(CifarLayout.BATCHES.get(batch) + ".bin"), batches[batch]);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] officialArchive() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("cifar-10-batches-bin/readme.html", new byte[88]);
    for (int batch = 0; batch < batches.length; batch++) {
      files.put("cifar-10-batches-bin/" + CifarLayout.BATCHES.get(batch) + ".bin", batches[batch]);
    }
    return tarGz(files);
  }

  byte[] npmArchive() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("package/package.json", new byte[10]);
    for (int batch = 0; batch < batches.length; batch++) {
      files.put("package/" + CifarLayout.BATCHES.get(batch) + ".png", png(batches[batch]));
    }
    int test = batches.length - 1;
    files.put("package/test_lables.json", labels(test, batches.length));
    files.put("package/train_lables.json", labels(0, test));
    return tarGz(files);
  }

  private byte[] labels(int from, int to) {
    StringBuilder json = new StringBuilder();
    for (int i = from * IMAGES_PER_BATCH; i < to * IMAGES_PER_BATCH; i++) {
      json.append(json.isEmpty() ? "[" : ",").append(label(i));
    }
    return json.append(']').toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** A picture with one image per row, pixel p of the row at y = p / 32 and x = p % 32. */
  private static byte[] png(byte[] records) {
    BufferedImage picture =
        new BufferedImage(CifarLayout.PLANE_BYTES, IMAGES_PER_BATCH, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    for (int image = 0; image < IMAGES_PER_BATCH; image++) {
      for (int p = 0; p < CifarLayout.PLANE_BYTES; p++) {
        for (int channel = 0; channel < CifarLayout.CHANNELS; channel++) {
          bgr[(image * CifarLayout.PLANE_BYTES + p) * 3 + 2 - channel] =
              records[image * CifarLayout.RECORD_BYTES + 1 + channel * CifarLayout.PLANE_BYTES + p];
        }
      }
    }
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(picture, "png", bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] tarGz(Map<String, byte[]> files) {
    try {
      return Archives.tarGz(files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hex(String algorithm, byte[] bytes) {
    return HexFormat.of().formatHex(Hashes.digest(algorithm).digest(bytes));
  }
}
