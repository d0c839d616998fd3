package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.TrialResult;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a folder of pictures to a report, a prediction and a reproduced trial. */
class OwnPicturesIT {
  private static final Path SWEEP = Path.of("sweeps", "own-images.yaml").toAbsolutePath();

  @TempDir static Path folder;
  private static SweepFolder sweep;
  private static JarProcess.Ended ran;

  @BeforeAll
  static void run() throws IOException, InterruptedException {
    draw("Äpfel", 24, Color.RED);
    draw("birnen", 24, Color.GREEN);
    draw("zitronen", 12, Color.YELLOW);
    Files.writeString(folder.resolve("obst/zitronen/keine.png"), "no picture");
    ran = run("--data", "obst", "--set", "data.skipUnreadable=1");
    assertEquals(0, ran.exitCode(), ran.output());
    sweep = new SweepFolder(folder.resolve("output/own-images"));
  }

  private static JarProcess.Ended run(String... more) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("run", SWEEP.toString()));
    for (String setting :
        List.of(
            "data.views=1",
            "training.epochs=2",
            "training.batchSize=16",
            "grid.norm=[layer-norm, filter-response-norm]",
            "grid.clip=1.0",
            "grid.seed=1")) {
      words.addAll(List.of("--set", setting));
    }
    words.addAll(List.of(more));
    return JarProcess.run(folder, words.toArray(String[]::new));
  }

  /** Discs of a colour in pictures of several sizes, shapes and formats. */
  private static void draw(String name, int pictures, Color color) throws IOException {
    Path own = Files.createDirectories(folder.resolve("obst").resolve(name));
    Random random = new Random(name.hashCode());
    for (int i = 0; i < pictures; i++) {
      BufferedImage image = new BufferedImage(40 + i, 90 - 2 * i, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < image.getWidth() * image.getHeight(); at++) {
        image.setRGB(at % image.getWidth(), at / image.getWidth(), random.nextInt(0x404040));
      }
      Graphics2D graphics = image.createGraphics();
      graphics.setColor(color);
      graphics.fillOval(5 + random.nextInt(5), 5 + random.nextInt(5), 30, 30);
      graphics.dispose();
      String format = List.of("png", "jpg", "gif", "bmp").get(i % 4);
      assertTrue(ImageIO.write(image, format, own.resolve(i + "." + format).toFile()));
    }
  }

  @Test
  void sweepStatesItsPictures() throws IOException {
    SweepResults results = sweep.readResults();
    assertEquals(List.of("birnen", "zitronen", "Äpfel"), results.images().labels());
    assertEquals("obst", results.images().title());
    assertEquals(2, results.trials().size());
    for (TrialResult row : results.trials()) {
      assertTrue(row.completed() && row.testBalancedAccuracy() != null, row::toString);
      assertTrue(row.testMacroF1() >= 0 && row.testMacroF1() <= 1, row::toString);
    }
    assertTrue(ran.output().contains("macro"), ran.output());
    List<String> unreadable = Files.readAllLines(sweep.root().resolve("pictures.csv"));
    assertEquals(2, unreadable.size());
    assertTrue(unreadable.get(1).contains("keine.png"), unreadable::toString);
  }

  @Test
  void reportNamesThePicturesOnly() throws IOException, InterruptedException {
    JarProcess.Ended ended = JarProcess.run(folder, "report", "output/own-images");
    assertEquals(0, ended.exitCode(), ended.output());
    String html = Files.readString(sweep.root().resolve("report.html"));
    assertTrue(html.contains("Äpfel") && html.contains("obst"));
    assertFalse(html.contains("CIFAR"));
    assertTrue(Files.size(sweep.root().resolve("report.pdf")) > 100_000);
  }

  @Test
  void modelPredictsAndTrainsAgain() throws IOException, InterruptedException {
    String zip = "output/own-images/trials/layer-norm.clip-1.0.seed-1/model.zip";
    JarProcess.Ended predicted = JarProcess.run(folder, "predict", zip, "obst/birnen/0.png");
    assertEquals(0, predicted.exitCode(), predicted.output());
    assertTrue(predicted.output().contains("  Äpfel"), predicted.output());
    JarProcess.Ended again = JarProcess.run(folder, "reproduce", zip);
    assertEquals(0, again.exitCode(), again.output());
  }

  @Test
  void missingFolderIsNamed() throws IOException, InterruptedException {
    JarProcess.Ended ended = run("--data", "nowhere");
    assertEquals(3, ended.exitCode(), ended.output());
    assertEquals(
        "nowhere does not exist; name a folder with one folder of pictures per class, a CSV file, or"
            + " a copy of CIFAR-10.",
        ended.output().strip());
  }
}
