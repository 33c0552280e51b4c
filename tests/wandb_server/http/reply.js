// Answers, and how they are sent: whole, or with the harm that a fault asks for.

import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'

export const json = (status, value, headers = {}) => ({
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(value)),
})

export const xml = (status, code, message) => ({
    status,
    headers: { 'Content-Type': 'application/xml' },
    body: Buffer.from(
        `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    ),
})

// A part of an object, from START to before END.
export const content = (status, objects, object, start, end, headers) => ({
    status,
    headers,
    length: end - start,
    stream: () => objects.read(object, start, end),
    // One small file needs no stream.
    body:
        object.pieces.length === 1 && object.size <= 1 << 18
            ? readFileSync(object.pieces[0].path).subarray(start, end)
            : null,
})

export function reset(socket) {
    // A TLS socket cannot send a reset by itself: what is below it can.
    if (socket.encrypted || !socket.resetAndDestroy) socket.destroy()
    else socket.resetAndDestroy()
}

async function* firstByteChanged(chunks) {
    let first = true
    for await (const chunk of chunks) {
        const copy = Buffer.from(chunk)
        if (first && copy.length > 0) copy[0] ^= 0x20
        first = false
        yield copy
    }
}

async function* beginning(chunks, length) {
    for await (const chunk of chunks) {
        if (length <= 0) return
        yield chunk.subarray(0, length)
        length -= chunk.length
    }
}

// Sends half of what the length promises, and closes.
async function sendHalf(response, chunks, length) {
    for await (const chunk of beginning(chunks, length >> 1)) response.write(chunk)
    await new Promise((resolve) => response.write('', resolve))
    setTimeout(() => response.destroy(), 20) // so that the half arrives
}

function compress(request, reply) {
    const accepts = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
    const isText = reply.headers['Content-Type'] === 'application/json'
    if (!accepts || !isText || !reply.body || reply.body.length < 1024) return reply
    const body = gzipSync(reply.body, { level: 1 })
    return { ...reply, body, headers: { ...reply.headers, 'Content-Encoding': 'gzip' } }
}

export async function send(request, response, answer, harm = null) {
    const reply = harm ? answer : compress(request, answer)
    const length = reply.body ? reply.body.length : (reply.length ?? 0)
    response.writeHead(reply.status, { ...reply.headers, 'Content-Length': length })
    if (request.method === 'HEAD') return void response.end()
    const chunks = () => (reply.body || !reply.stream ? [reply.body ?? Buffer.alloc(0)] : reply.stream())
    if (harm === 'truncate') return sendHalf(response, chunks(), length)
    if (reply.body && harm === null) return void response.end(reply.body)
    const source = harm === 'wrong-bytes' ? firstByteChanged(chunks()) : chunks()
    try {
        await pipeline(Readable.from(source), response)
    } catch {
        response.destroy() // the client went away
    }
}
