package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorReplyTest {

  @ParameterizedTest
  @CsvSource({
    "MOVED 1 h:1, MOVED",
    "ASK 1 h:1, ASK",
    "TRYAGAIN Multiple keys request during rehashing of slot, PASSING",
    "CLUSTERDOWN The cluster is down, PASSING",
    "MASTERDOWN Link with MASTER is down, PASSING",
    "ERR Script attempted to access a non local key in a cluster node script: x, PASSING",
    "BUSY Redis is busy running a script, OCCUPIED",
    "LOADING Redis is loading the dataset in memory, OCCUPIED",
    "READONLY You can't write against a read only replica., DEMOTED",
    "NOAUTH Authentication required., REFUSED",
    "WRONGPASS invalid username-password pair, REFUSED",
    "NOPERM this user has no permissions, REFUSED",
    "OOM command not allowed when used memory > 'maxmemory'., REFUSED",
    "MISCONF Redis is configured to save, REFUSED",
    "NOREPLICAS Not enough good replicas to write., REFUSED",
    "NOSCRIPT No matching script., FOR_CALLER",
    "WRONGTYPE Operation against a key, FOR_CALLER",
    "ERR BUSY is not the first word here, FOR_CALLER",
    "MOVEDX, FOR_CALLER"
  })
  void theFirstWordTells(String message, ErrorReply wanted) {
    assertThat(ErrorReply.of(message)).isEqualTo(wanted);
  }
}
