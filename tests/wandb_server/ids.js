// Identifiers: base64 of "Type:number", as clients decode them.

let last = 5250

export const newID = (type) => Buffer.from(`${type}:${(last += 1)}`).toString('base64')

// What the objects that can be asked for by ID are found by.
export class Directory {
    #objects = new Map()

    add(type, object) {
        object.id = newID(type)
        this.#objects.set(object.id, { type, object })
        return object
    }

    // The object of that type, or null.
    get(type, id) {
        const found = this.#objects.get(id)
        return found?.type === type ? found.object : null
    }

    values(type) {
        return [...this.#objects.values()].filter((entry) => entry.type === type).map((e) => e.object)
    }
}
