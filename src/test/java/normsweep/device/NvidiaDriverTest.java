package normsweep.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.Test;

class NvidiaDriverTest {
  private static void assertRefused(FakeDriver driver, GpuLibrary library, String sentence) {
    NormSweepException e =
        assertThrows(
            NormSweepException.class, () -> driver.installed().require(library, "JCublasBackend"));
    assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
    assertEquals(sentence, e.getMessage());
  }

  @Test
  void namesCardAndDriver() {
    Device device =
        new FakeDriver().installed().require(GpuLibrary.ONNX_RUNTIME, "ONNX Runtime 9, CUDA");
    assertEquals(new Device("ONNX Runtime 9, CUDA", "NVIDIA Fake 1", "550.54.15"), device);
    assertTrue(device.gpu());
  }

  @Test
  void managementLibraryMayBeMissing() {
    FakeDriver driver = new FakeDriver();
    driver.release = null;
    assertEquals("CUDA 12.4", driver.installed().require(GpuLibrary.ND4J, "x").driver());
  }

  @Test
  void saysThatDriverIsMissing() {
    FakeDriver driver = new FakeDriver();
    driver.present = false;
    assertRefused(
        driver,
        GpuLibrary.ONNX_RUNTIME,
        "ONNX Runtime's CUDA provider needs an NVIDIA GPU, whose driver is missing (no"
            + " libcuda.so.1); install it, or compute on the CPU with --device cpu.");
    assertRefused(
        driver,
        GpuLibrary.ND4J,
        "ND4J's CUDA backend needs an NVIDIA GPU, whose driver is missing (no libcuda.so.1);"
            + " install it, or use the ordinary build, target/normsweep.jar.");
  }

  @Test
  void saysThatThereIsNoCard() {
    String sentence =
        "ND4J's CUDA backend needs an NVIDIA GPU, but the driver finds none; see what nvidia-smi"
            + " and CUDA_VISIBLE_DEVICES say, or use the ordinary build, target/normsweep.jar.";
    FakeDriver driver = new FakeDriver();
    driver.devices = 0;
    assertRefused(driver, GpuLibrary.ND4J, sentence);
    driver.initialised = 100;
    assertRefused(driver, GpuLibrary.ND4J, sentence);
  }

  @Test
  void saysThatDriverDoesNotStart() {
    FakeDriver driver = new FakeDriver();
    driver.initialised = 803;
    assertRefused(
        driver,
        GpuLibrary.ND4J,
        "ND4J's CUDA backend needs an NVIDIA GPU, whose driver does not start (CUDA error 803);"
            + " see what nvidia-smi says, or use the ordinary build, target/normsweep.jar.");
  }

  @Test
  void saysThatDriverIsTooOld() {
    FakeDriver driver = new FakeDriver();
    driver.version = 11080;
    assertEquals("NVIDIA Fake 1", driver.installed().require(GpuLibrary.ND4J, "x").name());
    assertRefused(
        driver,
        GpuLibrary.ONNX_RUNTIME,
        "ONNX Runtime's CUDA provider needs a driver for CUDA 12, but this one is for 11.8;"
            + " install a newer driver, or compute on the CPU with --device cpu.");
  }

  @Test
  void saysThatCardDoesNotFit() {
    FakeDriver driver = new FakeDriver();
    driver.capability = 90;
    assertEquals("NVIDIA Fake 1", driver.installed().require(GpuLibrary.ONNX_RUNTIME, "x").name());
    assertRefused(
        driver,
        GpuLibrary.ND4J,
        "ND4J's CUDA backend has no code for NVIDIA Fake 1, which has compute capability 9.0 (it"
            + " needs 3.7 to 8.9); use another card, or use the ordinary build,"
            + " target/normsweep.jar.");
    driver.capability = 52;
    assertEquals("NVIDIA Fake 1", driver.installed().require(GpuLibrary.ND4J, "x").name());
    assertRefused(
        driver,
        GpuLibrary.ONNX_RUNTIME,
        "ONNX Runtime's CUDA provider has no code for NVIDIA Fake 1, which has compute capability"
            + " 5.2 (it needs 6.0 or more); use another card, or compute on the CPU with --device"
            + " cpu.");
  }
}
