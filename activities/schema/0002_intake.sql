-- Intake: every line and entry of every file read, kept before anything is sent, and the personal data that
-- never leaves this database. A record is one assessment or one payment; its commands go to the workflows.

create table intake_files (
    sha256      text primary key,
    name        text not null,
    kind        text not null check (kind in ('assessments', 'bank')),
    imported_at timestamptz not null default now()
);

create table intake_records (
    id       bigint generated always as identity primary key,
    file     text not null references intake_files (sha256),
    position integer not null,                  -- place among the file's records
    line     integer,                           -- null: about the file as a whole
    ref      text not null,                     -- business key: assessment number, or account and entry of the bank
    status   text not null check (status in
                 ('ready', 'sent', 'refused', 'unmatched', 'skipped', 'duplicate', 'mended')),
    digest   text not null,                     -- of the fields as first read, before any mending
    commands jsonb not null default '[]',
    source   jsonb not null default '{}',       -- the fields as read, without personal data
    personal jsonb not null default '{}',       -- the fields as read that hold personal data
    errors   jsonb not null default '[]',
    mendings jsonb not null default '[]',       -- [{at, by, changes}], the changes of officials in their order
    kept_at  timestamptz not null default now(),
    sent_at  timestamptz,
    unique (file, position)
);

create index intake_records_by_ref on intake_records (ref);
create index intake_records_ready on intake_records (id) where status = 'ready';
create index intake_records_open on intake_records (id) where status in ('refused', 'unmatched');

-- Who a debtor is, as known from a day on. The row in force on day D is the last one with valid_from <= D.
create table people (
    debtor                 text not null,
    valid_from             date not null,
    name                   text not null,
    address                text not null,
    postcode               text not null,
    city                   text not null,
    iban                   text not null,
    representative_name    text not null,
    representative_address text not null,
    recorded_at            timestamptz not null default now(),
    primary key (debtor, valid_from)
);

create index people_by_iban on people (iban) where iban <> '';

-- From whose account a payment came (VEERE-4.1-b): another than the debtor may pay.
create table payers (
    command_id text primary key,
    name       text not null,
    iban       text not null
);
