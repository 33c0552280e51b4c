// Connections: pages of a list.

import { badInput } from '../refusal.js'

const pageSize = 50

const cursorOf = (index) => Buffer.from(`cursor:${index}`).toString('base64')

function indexOf(cursor) {
    const [, number] = /^cursor:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString()) ?? []
    if (number === undefined) throw badInput(`cursor ${cursor} is not valid`)
    return Number(number)
}

const isCount = (value) => value == null || value >= 0

// The page of ITEMS that the arguments ask for; NODE makes of an item what its edge holds beside the cursor.
export function connection(items, { first, after, last, before } = {}, node = (item) => ({ node: item })) {
    if (!isCount(first) || !isCount(last)) throw badInput('first or last is below 0')
    let begin = after ? Math.min(indexOf(after) + 1, items.length) : 0
    let end = before ? Math.min(indexOf(before), items.length) : items.length
    if (last != null) begin = Math.max(begin, end - last)
    else end = Math.min(end, begin + (first ?? pageSize))
    end = Math.max(begin, end)
    const edges = items
        .slice(begin, end)
        .map((item, index) => ({ cursor: cursorOf(begin + index), ...node(item) }))
    return {
        edges,
        totalCount: items.length,
        uploadHeaders: [],
        pageInfo: {
            startCursor: edges[0]?.cursor ?? null,
            endCursor: edges.at(-1)?.cursor ?? null,
            hasNextPage: end < items.length,
            hasPreviousPage: begin > 0,
        },
    }
}

// What a filter asks for: an object with no member but the named ones.
export function parseFilter(text, ...known) {
    if (text == null || text === '') return {}
    let filter
    try {
        filter = JSON.parse(text)
    } catch {
        throw badInput('filters is not JSON')
    }
    for (const name of Object.keys(filter ?? {})) {
        if (!known.includes(name)) throw badInput(`filters cannot hold ${name}`)
    }
    return filter ?? {}
}

// ITEMS in the order asked for: the name of a member, "-" before it for descending.
export function inOrder(items, order, ...known) {
    if (!order) return items
    const down = order.startsWith('-')
    const name = order.replace(/^[-+]/, '')
    if (!known.includes(name)) throw badInput(`order cannot be ${order}`)
    const compare = (a, b) => (a[name] < b[name] ? -1 : a[name] > b[name] ? 1 : 0)
    return [...items].sort((a, b) => (down ? compare(b, a) : compare(a, b)))
}
