package io.voicepresence.bench.scaling;

/**
 * What one of each costs, in microseconds of one core, and in bytes. Take them from a report of
 * {@code make bench} on the machines that are meant.
 *
 * @param delivery one event to one subscriber, alone in its loop turn
 * @param command one command of a client by a socket, from the frame to the ack, with Redis
 * @param feedMessage one event as a node takes it from the feed and encodes it, before it is sent
 * @param connect one new connection: upgrade, token, subscription
 * @param prolongCall one call for one channel by one node, there and back, in the node
 * @param redisChange one join, leave or update in Redis, without its publication
 * @param redisPublish one publication to one subscribed node
 * @param redisProlong one prolonging call in Redis, without its users
 * @param redisProlongUser each user of that call
 * @param connectionBytes resident memory of an idle connection
 * @param eventBytes an event on the wire, with its frame and TCP's and IP's headers
 */
record Costs(
    double delivery,
    double command,
    double feedMessage,
    double connect,
    double prolongCall,
    double redisChange,
    double redisPublish,
    double redisProlong,
    double redisProlongUser,
    int connectionBytes,
    int eventBytes) {}
