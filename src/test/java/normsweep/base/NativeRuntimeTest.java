package normsweep.base;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeRuntimeTest {
  private static final String AVX512 = "avx512f avx512dq avx512bw avx512vl avx512cd";

  private static Set<String> flags(String text) {
    return new HashSet<>(Arrays.asList(text.split(" ", -1)));
  }

  @AfterEach
  void forget() {
    System.clearProperty("normsweep.blasKernel");
  }

  @ParameterizedTest
  @CsvSource({
    "sse2 avx2 fma " + AVX512 + ", SkylakeX, -onednn-avx512",
    // A Zen 3, and a processor that lacks one of the five extensions.
    "sse2 avx2 fma, Haswell, -onednn-avx2",
    "avx2 fma avx512f avx512dq avx512bw avx512vl, Haswell, -onednn-avx2",
    "sse2 avx2, , ",
    "'', , "
  })
  void kernelsFollowTheProcessorsFlags(String flags, String kernel, String oneDnn) {
    assertEquals(Optional.ofNullable(kernel), NativeRuntime.blasKernel(flags(flags)));
    assertEquals(Optional.ofNullable(oneDnn), NativeRuntime.oneDnnExtension(flags(flags)));
  }

  @Test
  void thePropertyInsistsOnAKernel() {
    System.setProperty("normsweep.blasKernel", "Zen");
    assertEquals(Optional.of("Zen"), NativeRuntime.blasKernel(flags(AVX512)));
  }
}
