package normsweep.features;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Objects;
import java.util.zip.CRC32C;
import normsweep.base.HalfPrecision;

/**
 * Features on disk, mapped into memory.
 *
 * <p>Little-endian: a header of {@value #HEADER_BYTES} bytes (magic, number of images, height,
 * width, channels, SHA-256 of the key, CRC-32C of the header so far, CRC-32C of the table), a table
 * of one CRC-32C for every {@value #BLOCK_IMAGES} images, zeros up to a multiple of {@value
 * #ALIGNMENT}, then halves image by image. The length is exactly what the header says.
 *
 * <p>Opening reads everything once and compares every checksum: at 7 GB/s from memory that is 0.2 s
 * for the 1.4 GB of 45,000 images, and it is the read that brings the file into memory for
 * training. What was opened needs no checks later, when a damaged block could no longer be rebuilt.
 */
public final class FeatureFile implements FeatureStore {
  /** Format and its version: also part of every key, so that versions do not meet. */
  static final String FORMAT = "NSFEAT01";

  public static final int BLOCK_IMAGES = 64;
  private static final int HEADER_BYTES = 64;
  private static final int IMAGES = 8;
  private static final int KEY = 24;
  private static final int HEADER_CRC = 56;
  private static final int TABLE_CRC = 60;
  private static final int ALIGNMENT = 4096;

  /** Largest piece of a file that is mapped at once; a mapping cannot reach 2 GiB. */
  private static final long SEGMENT_BYTES = 1L << 30;

  private final Shape shape;
  private final int segmentImages;
  private final ShortBuffer[] segments;

  private FeatureFile(Shape shape, int segmentImages, ShortBuffer[] segments) {
    this.shape = shape;
    this.segmentImages = segmentImages;
    this.segments = segments;
  }

  /** Sizes of a file and of what is in it. */
  record Shape(int images, int height, int width, int channels) {
    static Shape of(int images, int[] features) {
      return new Shape(images, features[0], features[1], features[2]);
    }

    /** The same features of another number of images. */
    Shape of(int others) {
      return new Shape(others, height, width, channels);
    }

    int values() {
      return Math.multiplyExact(Math.multiplyExact(height, width), channels);
    }

    int imageBytes() {
      return Math.multiplyExact(values(), Short.BYTES);
    }

    int blocks() {
      return (images + BLOCK_IMAGES - 1) / BLOCK_IMAGES;
    }

    int blockImages(int block) {
      return Math.min(BLOCK_IMAGES, images - block * BLOCK_IMAGES);
    }

    long dataOffset() {
      long end = HEADER_BYTES + (long) Integer.BYTES * blocks();
      return images == 0 ? end : (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    long fileBytes() {
      return dataOffset() + (long) images * imageBytes();
    }
  }

  /** Describes what is wrong with an invalid file. */
  static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedException(String what) {
      super(what);
    }
  }

  /**
   * Opens and checks a file.
   *
   * @param key SHA-256 the file must have been written for
   * @throws DamagedException if the file is not whole, not intact, or of another key or size
   */
  static FeatureFile open(Path file, String key, int images) throws IOException {
    return open(file, key, images, SEGMENT_BYTES);
  }

  static FeatureFile open(Path file, String key, int images, long segmentBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Shape shape = readHeader(channel, key, images);
      ByteBuffer table = readTable(channel, shape);
      // Whole blocks, so that a block is never spread over two mappings.
      int segmentImages =
          (int) Math.max(1, segmentBytes / shape.imageBytes() / BLOCK_IMAGES) * BLOCK_IMAGES;
      int count = (shape.images() + segmentImages - 1) / segmentImages;
      ShortBuffer[] segments = new ShortBuffer[count];
      for (int s = 0; s < count; s++) {
        int first = s * segmentImages;
        int held = Math.min(segmentImages, shape.images() - first);
        MappedByteBuffer mapped =
            channel.map(
                FileChannel.MapMode.READ_ONLY,
                shape.dataOffset() + (long) first * shape.imageBytes(),
                (long) held * shape.imageBytes());
        check(mapped, shape, first / BLOCK_IMAGES, table);
        segments[s] = mapped.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
      }
      return new FeatureFile(shape, segmentImages, segments);
    }
  }

  private static Shape readHeader(FileChannel channel, String key, int images) throws IOException {
    ByteBuffer header = read(channel, 0, HEADER_BYTES);
    if (!header.slice(0, FORMAT.length()).equals(StandardCharsets.US_ASCII.encode(FORMAT))) {
      throw new DamagedException("it is not a feature file of this version");
    }
    if (crc(header.slice(0, HEADER_CRC)) != header.getInt(HEADER_CRC)) {
      throw new DamagedException("its header is damaged");
    }
    ByteBuffer written = header.slice(KEY, HEADER_CRC - KEY);
    if (!written.equals(ByteBuffer.wrap(HexFormat.of().parseHex(key)))) {
      throw new DamagedException("it was written for other images or weights");
    }
    Shape shape =
        new Shape(
            header.getInt(IMAGES),
            header.getInt(IMAGES + 4),
            header.getInt(IMAGES + 8),
            header.getInt(IMAGES + 12));
    if (shape.images() != images) {
      throw new DamagedException("it has " + shape.images() + " images, not " + images);
    }
    if (channel.size() != shape.fileBytes()) {
      throw new DamagedException("it has " + channel.size() + " bytes, not " + shape.fileBytes());
    }
    return shape;
  }

  private static ByteBuffer readTable(FileChannel channel, Shape shape) throws IOException {
    ByteBuffer table = read(channel, HEADER_BYTES, shape.blocks() * Integer.BYTES);
    if (crc(table.duplicate()) != read(channel, TABLE_CRC, Integer.BYTES).getInt(0)) {
      throw new DamagedException("its table of checksums is damaged");
    }
    return table;
  }

  private static void check(ByteBuffer data, Shape shape, int firstBlock, ByteBuffer table)
      throws DamagedException {
    int block = firstBlock;
    for (int at = 0; at < data.capacity(); block++) {
      int bytes = shape.blockImages(block) * shape.imageBytes();
      if (crc(data.slice(at, bytes)) != table.getInt(block * Integer.BYTES)) {
        throw new DamagedException("block " + block + " does not match its checksum");
      }
      at += bytes;
    }
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer read(FileChannel channel, long position, int bytes) throws IOException {
    ByteBuffer buffer = littleEndian(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new DamagedException("it has only " + channel.size() + " bytes");
      }
    }
    return buffer.flip();
  }

  static int writeFully(FileChannel channel, ByteBuffer bytes, long from) throws IOException {
    int written = 0;
    while (bytes.hasRemaining()) {
      written += channel.write(bytes, from + written);
    }
    return written;
  }

  /**
   * Converts the first values.
   *
   * @throws ArithmeticException if a value is not finite in half precision
   */
  static void putHalves(float[] features, int values, ShortBuffer halves) {
    for (int i = 0; i < values; i++) {
      // Written so that a NaN fails it.
      if (!(Math.abs(features[i]) <= HalfPrecision.MAX)) {
        throw new ArithmeticException("feature " + features[i]);
      }
      halves.put(i, HalfPrecision.fromFloat(features[i]));
    }
  }

  Shape shape() {
    return shape;
  }

  @Override
  public int size() {
    return shape.images();
  }

  @Override
  public int valuesPerImage() {
    return shape.values();
  }

  @Override
  public void readHalf(int index, short[] target, int offset) {
    half(index).get(0, target, offset, shape.values());
  }

  @Override
  public ShortBuffer half(int index) {
    Objects.checkIndex(index, shape.images());
    int values = shape.values();
    return segments[index / segmentImages].slice(index % segmentImages * values, values);
  }

  /**
   * Writes a file block by block. Until {@link #finish} it has no header and is treated as invalid.
   */
  static final class Writer implements AutoCloseable {
    private final FileChannel channel;
    private final Shape shape;
    private final ByteBuffer block;
    private final ByteBuffer table;
    private long position;

    Writer(Path file, Shape shape) throws IOException {
      this.shape = shape;
      channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      block =
          ByteBuffer.allocateDirect(BLOCK_IMAGES * shape.imageBytes())
              .order(ByteOrder.LITTLE_ENDIAN);
      table = littleEndian(shape.blocks() * Integer.BYTES);
      position = shape.dataOffset();
    }

    /**
     * Appends a block; every block but the last has {@value #BLOCK_IMAGES} images.
     *
     * @param features floats, image by image
     * @throws ArithmeticException if a value is not finite in half precision
     */
    void append(float[] features, int images) throws IOException {
      int values = images * shape.values();
      block.clear();
      putHalves(features, values, block.asShortBuffer());
      write(values);
    }

    /** Appends another file of whole blocks. */
    void append(FeatureFile file) throws IOException {
      int values = shape.values();
      for (int first = 0; first < file.size(); first += BLOCK_IMAGES) {
        int images = Math.min(BLOCK_IMAGES, file.size() - first);
        block.clear();
        ShortBuffer halves = block.asShortBuffer();
        for (int i = 0; i < images; i++) {
          halves.put(file.half(first + i));
        }
        write(images * values);
      }
    }

    private void write(int values) throws IOException {
      block.limit(values * Short.BYTES);
      table.putInt(crc(block.duplicate()));
      position += writeFully(channel, block, position);
    }

    /** Writes header and table. */
    void finish(String key) throws IOException {
      if (table.hasRemaining() || position != shape.fileBytes()) {
        throw new IllegalStateException("not all images were written");
      }
      ByteBuffer header = littleEndian(HEADER_BYTES);
      header.put(StandardCharsets.US_ASCII.encode(FORMAT));
      header.putInt(shape.images()).putInt(shape.height());
      header.putInt(shape.width()).putInt(shape.channels());
      header.put(HexFormat.of().parseHex(key));
      header.putInt(crc(header.slice(0, HEADER_CRC))).putInt(crc(table.flip()));
      writeFully(channel, table.rewind(), HEADER_BYTES);
      writeFully(channel, header.flip(), 0);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
