/** How Socket.IO is set up in both servers: as cheap as it can be. */
export const settings = {
  transports: ['websocket' as const],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
  pingInterval: Number.parseInt(process.env.PING_INTERVAL ?? '25', 10) * 1000,
};
