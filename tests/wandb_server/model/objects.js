// Content on disk. An object is a list of files that follow each other, so that a multipart upload becomes
// one without being copied; its files never change.

import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'

const small = 1 << 18 // up to here a body is held in memory: one system call less is what counts

export class Objects {
    #folder
    #number = 0

    constructor(folder) {
        this.#folder = `${folder}/${randomUUID()}`
        mkdirSync(this.#folder, { recursive: true })
    }

    #newPath() {
        const folder = `${this.#folder}/${this.#number >> 10}`
        if ((this.#number & 1023) === 0) mkdirSync(folder)
        return `${folder}/${this.#number++}`
    }

    // All of it; for the end.
    remove() {
        rmSync(this.#folder, { recursive: true, force: true })
    }

    // An object of these bytes.
    write(bytes) {
        const path = this.#newPath()
        writeFileSync(path, bytes)
        const hex = createHash('md5').update(bytes).digest('hex')
        return { size: bytes.length, hex, pieces: [{ path, size: bytes.length }] }
    }

    // An object of what STREAM gives, which is to be LENGTH bytes; null when it ends before.
    async receive(stream, length) {
        return length <= small ? this.#receiveSmall(stream, length) : this.#receiveLarge(stream, length)
    }

    async #receiveSmall(stream, length) {
        const chunks = []
        try {
            for await (const chunk of stream) chunks.push(chunk)
        } catch {
            return null
        }
        const bytes = Buffer.concat(chunks)
        return bytes.length === length ? this.write(bytes) : null
    }

    async #receiveLarge(stream, length) {
        const path = this.#newPath()
        const file = await open(path, 'wx')
        const hash = createHash('md5')
        let size = 0
        try {
            for await (const chunk of stream) {
                hash.update(chunk)
                await file.writev([chunk])
                size += chunk.length
            }
        } catch {
            size = -1
        } finally {
            await file.close()
        }
        if (size === length) return { size, hex: hash.digest('hex'), pieces: [{ path, size }] }
        rmSync(path, { force: true })
        return null
    }

    // One object of several. Its MD5 is not known before somebody reads it.
    join(objects) {
        const pieces = objects.flatMap((object) => object.pieces)
        return { size: pieces.reduce((sum, piece) => sum + piece.size, 0), hex: null, pieces }
    }

    discard(object) {
        for (const { path } of object.pieces) rmSync(path, { force: true })
    }

    // The bytes from START to before END, chunk by chunk.
    async *read(object, start = 0, end = object.size) {
        let begin = 0
        for (const { path, size } of object.pieces) {
            const from = Math.max(start - begin, 0)
            const to = Math.min(end - begin, size)
            if (from < to) yield* createReadStream(path, { start: from, end: to - 1, highWaterMark: small })
            begin += size
        }
    }

    async readAll(object) {
        const chunks = []
        for await (const chunk of this.read(object)) chunks.push(chunk)
        return Buffer.concat(chunks)
    }

    async md5(object) {
        const hash = createHash('md5')
        for await (const chunk of this.read(object)) hash.update(chunk)
        return hash.digest('hex')
    }
}
