// The log of requests, what they did wrong, and how many there were at a time.

export class Log {
    #began = Date.now()
    #documents = new Set()

    constructor() {
        this.clear()
        this.now = { api: 0, storage: 0 } // requests being served
        this.connections = {}
    }

    clear() {
        this.entries = []
        this.problems = []
        this.most = { api: 0, storage: 0 }
        this.counts = {}
    }

    // Only the names of headers: what Authorization holds belongs into no log.
    begin(request, path, place) {
        const entry = {
            n: this.entries.length + 1,
            ms: Date.now() - this.#began,
            method: request.method,
            path,
            headers: Object.keys(request.headers),
            status: null,
        }
        this.entries.push(entry)
        this.now[place]++
        this.most[place] = Math.max(this.most[place], this.now[place])
        return entry
    }

    end(entry, place, status) {
        entry.status ??= status
        this.now[place]--
    }

    count(labels) {
        for (const label of new Set(labels)) this.counts[label] = (this.counts[label] ?? 0) + 1
    }

    // What no right client does.
    problem(words, entry = null) {
        this.problems.push({ n: entry?.n ?? null, operation: entry?.operation ?? null, problem: words })
        if (entry) entry.problem = words
    }

    document(text) {
        this.#documents.add(text)
    }

    get documents() {
        return [...this.#documents]
    }

    // How many connections to PORT are open.
    watch(server, name) {
        const counter = (this.connections[name] = { now: 0, most: 0, all: 0 })
        server.on('connection', (socket) => {
            counter.now++
            counter.all++
            counter.most = Math.max(counter.most, counter.now)
            socket.on('close', () => counter.now--)
        })
    }
}
