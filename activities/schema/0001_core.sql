-- The legal record: streams of events, the commands they followed from, and what is derived in the same transaction.

create table streams (
    stream     text primary key,                 -- a debt's number, or debtor-NUMBER
    debtor     text not null,
    rulebook   text not null default '',
    version    integer not null default 0,
    dated      date,                             -- of a debt: assessment date
    due        date,                             -- of a debt: first due date
    open       numeric(14, 2) not null default 0,
    status     text not null default '',
    facts      jsonb not null default '{}',      -- of a debtor: what decisions on its debts may know
    closed_on  date,
    arose_on   date,                             -- of a debt: day on which the tax arose
    procedures text[] not null default '{}',     -- open procedures by key
    updated_at timestamptz not null default now()
);
create index streams_by_debtor on streams (debtor) where open > 0;

create table commands (
    stream     text not null references streams (stream),
    id         text not null,                    -- the sender's key: decided once
    name       text not null,
    by         text not null,
    role       text not null,
    today      date not null,                    -- the legal day of the decision
    decided_at timestamptz not null default now(),
    command    jsonb not null,
    facts      jsonb not null,
    refusal    jsonb,                            -- null: accepted
    first      integer not null,                 -- version of its first event; 0 when refused
    last       integer not null,
    place      bigint generated always as identity,
    primary key (stream, id)
);

create table events (
    stream      text not null references streams (stream),
    seq         integer not null,
    type        text not null,
    legal_on    date not null,
    recorded_at timestamptz not null,            -- the office's moment of the decision
    command     text not null,
    body        jsonb not null,
    primary key (stream, seq)
);

create table postings (                          -- each row is balanced: `amount` from `credit` to `debit`
    stream text not null,
    seq    integer not null,
    line   integer not null,
    booked_on date not null,
    debit  text not null,
    credit text not null,
    amount numeric(14, 2) not null check (amount > 0),
    primary key (stream, seq, line),
    foreign key (stream, seq) references events (stream, seq)
);

create table letters (                           -- the letter register
    key              text primary key,           -- debt, kind, sequence
    stream           text not null,
    seq              integer not null,
    kind             text not null,
    title            text not null,
    recipient        text not null,
    recipient_number text not null default '',
    channel          text not null,
    dated            date not null,
    pay_by           date,
    total            numeric(14, 2) not null,
    tariff           text not null default '',
    tariff_confirmed boolean not null,
    norms            text[] not null,
    content          jsonb not null,
    immediate        boolean not null,
    release_at       timestamptz not null,
    status           text not null default 'planned'
                     check (status in ('planned', 'releasing', 'released', 'withdrawn')),
    released_at      timestamptz,
    receipt          text,
    sha256           text,
    foreign key (stream, seq) references events (stream, seq)
);
create index letters_in_the_house on letters (stream) where status in ('planned', 'releasing');

create table tasks (                             -- questions to officials
    stream      text not null,
    task        text not null,
    opened_on   date not null,
    kind        text not null,
    question    text not null,
    norms       text[] not null,
    answers     text[] not null,
    deadline    date,
    ask_again_on date,
    status      text not null default 'open' check (status in ('open', 'answered', 'lapsed')),
    closed_on   date,
    answer      text,
    by          text,
    role        text,
    reason      text,
    primary key (stream, task, opened_on)
);
create index tasks_open on tasks (stream) where status = 'open';

create table rejected (                          -- messages that could not be read or decided; kept to be mended
    id          bigint generated always as identity primary key,
    stream      text not null,
    received_at timestamptz not null default now(),
    message     jsonb not null,
    errors      jsonb not null,
    digest      text not null,
    unique (stream, digest)
);
