package normsweep.landscape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import normsweep.record.KeyCases;
import normsweep.record.Records;
import org.junit.jupiter.api.Test;

class LandscapeSettingsTest {
  private static final LandscapeSettings SETTINGS =
      LandscapeSettings.of(KeyCases.config().landscape(), Scope.HEAD);

  private static String key(LandscapeSettings settings) {
    return settings.key("trial", "features", "model");
  }

  @Test
  void keyOfKnownSettingsIsPinned() {
    assertEquals("6c6bc1c9a4506b3cf967d32f3227446a336ac78aa09214411fb805453f66d0af", key(SETTINGS));
  }

  @Test
  void everySettingChangesTheKey() throws IOException {
    ObjectNode values = Records.json().valueToTree(SETTINGS);
    List<String> names = new ArrayList<>();
    values.fieldNames().forEachRemaining(names::add);
    Set<String> keys = new HashSet<>(Set.of(key(SETTINGS)));
    for (String name : names) {
      ObjectNode changed = values.deepCopy();
      if (name.equals("over")) {
        changed.put(name, Scope.TAIL.id());
      } else if (values.get(name).isIntegralNumber()) {
        changed.put(name, values.get(name).asLong() + 2);
      } else {
        changed.put(name, values.get(name).asDouble() / 2);
      }
      assertTrue(keys.add(key(Records.json().treeToValue(changed, LandscapeSettings.class))), name);
    }
    assertEquals(8, keys.size());
  }

  @Test
  void trialFeaturesAndModelChangeKey() {
    String key = key(SETTINGS);
    assertNotEquals(key, SETTINGS.key("other", "features", "model"));
    assertNotEquals(key, SETTINGS.key("trial", "other", "model"));
    assertNotEquals(key, SETTINGS.key("trial", "features", "other"));
  }
}
