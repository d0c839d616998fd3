package normsweep.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import java.util.Map;
import java.util.Optional;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.Test;

/** Facts, and the failures of a GPU as ND4J and ONNX Runtime report them. */
class EngineTest {
  private static RuntimeException thrown(Engine engine, RuntimeException e) {
    return assertThrows(
        RuntimeException.class,
        () ->
            engine.compute(
                () -> {
                  throw e;
                }));
  }

  private static void assertSentence(ExitCode code, String sentence, RuntimeException e) {
    NormSweepException told = (NormSweepException) thrown(FakeEngines.gpu(), e);
    assertEquals(sentence, told.getMessage());
    assertEquals(code, told.exitCode());
  }

  private static RuntimeException ofTrunk(String message) {
    return NormSweepException.failed("The frozen trunk failed.", new OrtException(message));
  }

  @Test
  void cpuIsNamedByBackendAlone() {
    Map<String, String> facts = Engine.start(DeviceChoice.AUTO).facts();
    assertEquals("CpuBackend", facts.get("backend"));
    assertTrue(facts.get("trunk").matches("ONNX Runtime [\\d.]+, CPU"), facts.toString());
    assertEquals(2, facts.size(), facts.toString());
    assertEquals(facts, Engine.start(DeviceChoice.CPU).facts());
  }

  @Test
  void plannedEngineResumesAsTheStartedOne() {
    Engine planned = Engine.planned(DeviceChoice.AUTO);
    assertTrue(planned.known());
    assertEquals(
        Engine.text(Engine.start(DeviceChoice.AUTO).facts()), Engine.text(planned.facts()));
  }

  @Test
  void gpuIsNamedWithItsDriver() {
    assertEquals(
        Map.of(
            "backend", "JCublasBackend",
            "device", "NVIDIA Fake 1",
            "driver", "550.54.15",
            "trunk", "ONNX Runtime 9, CUDA",
            "trunkDevice", "NVIDIA Fake 1",
            "trunkDriver", "550.54.15"),
        FakeEngines.gpu().facts());
  }

  @Test
  void stockLayersAreOneAnswer() {
    assertEquals(Optional.empty(), Engine.cpu().tail().onlyStock());
    assertEquals(Optional.of("layers of Deeplearning4j"), Engine.cpu().stock().tail().onlyStock());
    assertEquals(
        Optional.of("the backend is JCublasBackend"), FakeEngines.gpu().stock().tail().onlyStock());
    assertTrue(TailEngine.runsOnHostThreads());
  }

  @Test
  void saysThatGpuMemoryIsFull() {
    for (String message :
        new String[] {
          "[DEVICE] allocation failed; Bytes: [51380224]; Error code [2]; DEVICE [0]",
          "Failed to allocate 51380224 bytes from DEVICE [0] memory",
          "CUDA error: out of memory"
        }) {
      assertSentence(
          ExitCode.FAILED,
          "NVIDIA Fake 1 is out of memory (ND4J's CUDA backend: "
              + message
              + "); choose a smaller training.batchSize or a later layer for model.unfreezeFrom, or"
              + " use the ordinary build, target/normsweep.jar, then run the same command again.",
          new IllegalStateException("step", new RuntimeException(message)));
    }
    assertSentence(
        ExitCode.FAILED,
        "NVIDIA Fake 1 is out of memory (ONNX Runtime's CUDA provider: Failed to allocate memory"
            + " for requested buffer of size 318080); close other programs that use it, or compute"
            + " on the CPU with --device cpu, then run the same command again.",
        ofTrunk("Failed to allocate memory for requested buffer of size 318080"));
  }

  @Test
  void tellsHostMemoryFromThatOfGpu() {
    RuntimeException pinned = new RuntimeException("Failed to allocate 400 bytes from HOST memory");
    assertTrue(
        thrown(FakeEngines.gpu(), pinned).getMessage().startsWith("This machine is out of memory"));
  }

  @Test
  void namesMissingLibrary() {
    assertSentence(
        ExitCode.UNAVAILABLE,
        "ONNX Runtime's CUDA provider needs libcudnn.so.9, which cannot be loaded; install NVIDIA's"
            + " libraries of CUDA 12 and cuDNN 9, or compute on the CPU with --device cpu.",
        ofTrunk(
            "/onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1844"
                + " onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] :"
                + " 1 : FAIL : Failed to load library libonnxruntime_providers_cuda.so with error:"
                + " libcudnn.so.9: cannot open shared object file: No such file or directory\n"));
    assertTrue(
        thrown(
                FakeEngines.gpu(),
                ofTrunk(
                    "FAIL : LoadLibrary failed with error 126 \"\" when trying to load"
                        + " \"C:\\Temp\\onnxruntime-java1\\onnxruntime_providers_cuda.dll\""))
            .getMessage()
            .startsWith(
                "ONNX Runtime's CUDA provider needs onnxruntime_providers_cuda.dll, which cannot"));
    assertTrue(
        thrown(
                FakeEngines.gpu(),
                new IllegalStateException(
                    new UnsatisfiedLinkError(
                        "/cache/libnd4jcuda.so: libcudnn.so.8: cannot open shared object file: No"
                            + " such file or directory")))
            .getMessage()
            .startsWith(
                "ND4J's CUDA backend needs libcudnn.so.8, which cannot be loaded; build it"));
  }

  @Test
  void leavesOtherErrorsAlone() {
    RuntimeException bug = new IllegalArgumentException("no parameter dense_W");
    assertSame(bug, thrown(FakeEngines.gpu(), bug));
    RuntimeException ofCpu = new RuntimeException("Failed to allocate 8 bytes");
    assertSame(ofCpu, thrown(Engine.cpu(), ofCpu));
  }
}
