package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.cluster.SlotHash;
import io.voicepresence.presence.redis.RedisAddress.Endpoint;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterTopologyTest {
  private static final Endpoint ASKED = new Endpoint("asked", 1);
  private static final String NODES =
      """
      a 10.0.0.1:7000@17000,one.example.com myself,master - 0 0 5 connected 0-8191 9000 [8192->-b]
      b 10.0.0.2:7000@17000,,shard-id=x master,fail - 0 0 2 connected 8192-8999 9001-16383
      c 10.0.0.3:7000@17000 slave a 0 0 5 connected
      d :0@0 master,noaddr - 0 0 1 disconnected 1
      e 10.0.0.5:7000@17000 handshake - 0 0 0 connected
      f 10.0.0.6:7000@17000 master - 0 0 0 connected
      """;

  private static Endpoint node(int number) {
    return new Endpoint("10.0.0." + number, 7000);
  }

  private static String keyOf(int slot) {
    return java.util.stream.IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "k" + i)
        .filter(key -> SlotHash.getSlot(key) == slot)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anAnswerIsMastersWithTheirSlotsAndReplicas() {
    ClusterNodes nodes = ClusterNodes.parse(NODES, ASKED, false);

    assertThat(nodes.masters())
        .containsExactly(
            new ClusterNodes.Master(
                node(1),
                5,
                List.of(new ClusterNodes.Slots(0, 8191), new ClusterNodes.Slots(9000, 9000))),
            new ClusterNodes.Master(
                node(2),
                2,
                List.of(new ClusterNodes.Slots(8192, 8999), new ClusterNodes.Slots(9001, 16_383))),
            new ClusterNodes.Master(node(6), 0, List.of()));
    assertThat(nodes.replicas()).containsExactly(node(3));
  }

  @Test
  void withTlsNodesAreCalledByNameWhereTheyHaveOne() {
    assertThat(ClusterNodes.parse(NODES, ASKED, true).masters())
        .extracting(ClusterNodes.Master::endpoint)
        .containsExactly(new Endpoint("one.example.com", 7000), node(2), node(6));
  }

  @Test
  void aNodeThatDoesNotKnowItsAddressIsWhereItWasAsked() {
    ClusterNodes nodes =
        ClusterNodes.parse("a :7000@17000 myself,master - 0 0 1 connected 0", ASKED, false);

    assertThat(nodes.masters().getFirst().endpoint()).isEqualTo(new Endpoint("asked", 7000));
  }

  @Test
  void whatIsNoAnswerIsNoNode() {
    assertThat(ClusterNodes.parse("\nx y z\n", ASKED, false))
        .isEqualTo(new ClusterNodes(List.of(), List.of()));
  }

  @Test
  void theClaimOfTheHigherEpochWinsWhoeverIsAskedFirst() {
    ClusterNodes late = ClusterNodes.parse(NODES, ASKED, false);
    ClusterNodes early =
        ClusterNodes.parse("b 10.0.0.2:7000@17000 master - 0 0 2 connected 0-1 100", ASKED, false);

    for (List<ClusterNodes> order : List.of(List.of(late, early), List.of(early, late))) {
      ClusterView view = ClusterView.of(order);
      assertThat(view.ownerOf(keyOf(1))).contains(node(1));
      assertThat(view.ownerOf(keyOf(9000))).contains(node(1));
      assertThat(view.ownerOf(keyOf(9001))).contains(node(2));
      assertThat(view.masters()).isEqualTo(Set.of(node(1), node(2)));
    }
  }

  @Test
  void aMovedSlotIsAllThatChanges() {
    ClusterView before = ClusterView.of(List.of(ClusterNodes.parse(NODES, ASKED, false)));
    ClusterView after = before.with(9001, node(1));

    assertThat(after).isNotEqualTo(before);
    assertThat(after.ownerOf(keyOf(9001))).contains(node(1));
    assertThat(after.ownerOf(keyOf(9002))).contains(node(2));
    assertThat(after.with(9001, node(2))).isEqualTo(before);
    assertThat(after.with(9001, node(1))).as("what was known already").isSameAs(after);
  }

  @Test
  void nothingIsKnownOfAnUnknownCluster() {
    assertThat(ClusterView.UNKNOWN.ownerOf("k")).isEmpty();
    assertThat(ClusterView.of(List.of())).isEqualTo(ClusterView.UNKNOWN);
  }
}
