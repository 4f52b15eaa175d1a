//! More lists in the styles of other offices. Bodies, people and decisions are invented.

use super::Office;

pub(super) const MORE: [Office; 14] = [
    Office {
        style: "paragraphs and bullets",
        text: "Office of the Police and Crime Commissioner for Ourshire\n\
            Decisions taken in May 2031\n\n\
            1.1 Decision 21-2031 of 6 May 2031: Grant to Lantern House\n\
            \x20   The Commissioner has agreed to award £12,400 to Lantern House for its outreach worker.\n\
            1.2 Decision 22-2031 of 7 May 2031: Youth work in Millbrook\n\
            \x20   A grant of £8,250.50 was awarded to Millbrook Boxing Club towards summer sessions. The club will also receive £500 from the town council.\n\
            1.3 Decision 23-2031 of 12 May 2031: Estates strategy\n\
            \x20   The Commissioner approved the estates strategy (paper AP15/12), at a cost of £1.2m over four years.\n\
            1.4 Decision 24-2031 of 19 May 2031: Harbour Women's Refuge\n\
            \x20   The Commissioner approved funding of £30,000 to Harbour Women's Refuge for crisis support.\n",
        awards: &[
            ("21-2031", "Lantern House", "12400.00"),
            ("22-2031", "Millbrook Boxing Club", "8250.50"),
            ("24-2031", "Harbour Women's Refuge", "30000.00"),
        ],
        others: &["23-2031"],
    },
    Office {
        style: "paragraphs and bullets",
        text: "REGISTER OF DECISIONS, JUNE 2031\n\
            • 31-2031 (3 June 2031) – To award £4,000 to Fenland Mediation Service for community mediation.\n\
            • 32-2031 (5 June 2031) – To award a grant of £17,500 to The Willow Project to provide counselling to child victims.\n\
            • 33-2031 (9 June 2031) – To extend the contract for custody visiting, at £45,000 a year.\n\
            • 34-2031 (11 June 2031) – To award £2,999.99 to St Brannock's Parish Council for CCTV at the quay.\n\
            • 35-2031 (18 June 2031) – To move £6,000 from Fenland Mediation Service to The Willow Project.\n",
        awards: &[
            ("31-2031", "Fenland Mediation Service", "4000.00"),
            ("32-2031", "Willow Project", "17500.00"),
            ("34-2031", "St Brannock's Parish Council", "2999.99"),
        ],
        others: &["33-2031", "35-2031"],
    },
    Office {
        style: "decision log pages",
        text: "Ourshire Police and Crime Commissioner\n\
            Decision Log 012/2031\n\
            Decision number: 012/2031\n\
            Date: 14 February 2031\n\
            Title: Victims' Services Grants 2031/32\n\n\
            Recommendations:\n\
            1. That a grant of £22,000 be awarded to Northmoor Rape Support Centre for the ISVA service.\n\
            2. That a grant of £9,750 be awarded to Beacon Family Trust for work with child victims.\n\
            3. That the Chief Finance Officer be authorised to sign the agreements.\n\n\
            Background: The total budget for victims' services is £1,450,000.\n\n\
            Decision Log 013/2031\n\
            Decision number: 013/2031\n\
            Date: 20 February 2031\n\
            Title: Community Safety Fund\n\
            Recommendation: To approve a grant of £5,600 to Tarn Valley Neighbourhood Watch Association.\n",
        awards: &[
            ("12-2031", "Northmoor Rape Support Centre", "22000.00"),
            ("12-2031", "Beacon Family Trust", "9750.00"),
            ("13-2031", "Tarn Valley Neighbourhood Watch Association", "5600.00"),
        ],
        others: &[],
    },
    Office {
        style: "decision log pages",
        text: "DECISION LOG 044/2031\n\n\
            Decision number: 044/2031\n\
            Date of decision: 2 July 2031\n\
            Subject: Safer Streets bid – match funding\n\
            Recommendation(s):\n\
            (a) To award £15,000 to Greyfriars Community Association for lighting;\n\
            (b) To award £3,200 to Mill Lane Residents Group for alley gates;\n\
            (c) To award £1,100.40 to Quayside Traders Forum for radios.\n\
            Reasons: reduces burglary. Estimated savings of £40,000.\n\n\
            DECISION LOG 045/2031\n\n\
            Decision number: 045/2031\n\
            Date of decision: 3 July 2031\n\
            Subject: Appointment of auditors\n\
            Recommendation: To appoint Messrs Pell & Co as internal auditors at a fee of £28,000.\n",
        awards: &[
            ("44-2031", "Greyfriars Community Association", "15000.00"),
            ("44-2031", "Mill Lane Residents Group", "3200.00"),
            ("44-2031", "Quayside Traders Forum", "1100.40"),
        ],
        others: &["45-2031"],
    },
    Office {
        style: "number and date in a line",
        text: "PCD 2031/101 -  7   April 2031: Funding for Open Gate CIC\n\
            The PCC has agreed to fund Open Gate CIC £11,000 for restorative justice training.\n\
            PCD 2031/102 -  8   April 2031: Hate crime third party reporting\n\
            The PCC has agreed to provide £6,400 to the Equality Network Ourshire to run third-party reporting centres.\n\
            PCD 2031/103 -  9   April 2031: Vehicle fleet\n\
            Purchase of vehicles at £640,000.\n\
            PCD 2031/104 -  22   April 2031: Sanctuary scheme\n\
            The PCC awarded Bexley Moor Housing Trust a grant of £10,000 for the sanctuary scheme.\n",
        awards: &[
            ("PCD-2031-101", "Open Gate CIC", "11000.00"),
            ("PCD-2031-102", "Equality Network Ourshire", "6400.00"),
            ("PCD-2031-104", "Bexley Moor Housing Trust", "10000.00"),
        ],
        others: &["PCD-2031-103"],
    },
    Office {
        style: "list of names and amounts",
        text: "62-2031   5 September 2031   Crime Prevention Fund\n\
            Successful applicants:\n\
            - Penrose Farm Watch - £5,000\n\
            - Marlow Street Youth Hub - £12,345.67\n\
            - Two Rivers Domestic Abuse Service - £20,000\n\
            Unsuccessful applicants:\n\
            - Galloway Gym - £8,000\n",
        awards: &[
            ("62-2031", "Penrose Farm Watch", "5000.00"),
            ("62-2031", "Marlow Street Youth Hub", "12345.67"),
            ("62-2031", "Two Rivers Domestic Abuse Service", "20000.00"),
        ],
        others: &[],
    },
    Office {
        style: "prose",
        text: "Decision number 71-2031, 3 October 2031\n\
            The Police and Crime Commissioner has decided to make a grant of £16,500 to Shepherd's Rest, a charity which supports rough sleepers, for the year ending 31 March 2032. The grant replaces the £15,000 given in 2030.\n\n\
            Decision number 72-2031, 6 October 2031\n\
            The Police and Crime Commissioner has considered a request from Cornerstone Advice for £9,000 and has agreed to award £7,500.\n\n\
            Decision number 73-2031, 8 October 2031\n\
            The Police and Crime Commissioner has declined a request for £4,000 from Elm Park Cricket Club.\n\n\
            Decision number 74-2031, 10 October 2031\n\
            The Police and Crime Commissioner has noted that the purpose of the grant to Shepherd's Rest changes from outreach to a day centre. There is no change in the amount of £16,500.\n",
        awards: &[("71-2031", "Shepherd's Rest", "16500.00"), ("72-2031", "Cornerstone Advice", "7500.00")],
        others: &["73-2031", "74-2031"],
    },
    Office {
        style: "prose",
        text: "81-2031 – 4 November 2031 – Sexual Violence Services\n\
            Following an open competition, the Commissioner has awarded Northmoor Rape Support Centre £40,000 and Beacon Family Trust £25,000 for the period 1 January 2032 to 31 December 2032.\n\n\
            82-2031 – 6 November 2031 – Road safety\n\
            The Commissioner has agreed that up to £3,000 be made available to Ourshire Cycling Forum for road safety packs.\n\n\
            83-2031 – 9 November 2031 – Precept\n\
            The Commissioner proposes a precept of £198.45 for a Band D property.\n\n\
            84-2031 – 13 November 2031 – Alcohol treatment\n\
            £60,000 has been awarded to Clearwater Recovery CIC (£30,000 in each of two years).\n",
        awards: &[
            ("81-2031", "Northmoor Rape Support Centre", "40000.00"),
            ("81-2031", "Beacon Family Trust", "25000.00"),
            ("82-2031", "Ourshire Cycling Forum", ""),
            ("84-2031", "Clearwater Recovery CIC", ""),
        ],
        others: &["83-2031"],
    },
    Office {
        style: "paragraphs and bullets",
        text: "Decisions since the last Panel meeting:\n\
            \x20 • Decision 21-2032 dated 3 February 2032: £6,000 awarded to Holloway Lane Allotments for fencing\n\
            \x20 • Decision 22-2032 dated 4 February 2032: £1,150 awarded to Thornbury Rovers FC for kit\n\
            \x20 • Decision 23-2032 dated 11 February 2032: approval of the medium term financial plan\n\
            \x20 • Decision 24-2032 dated 19 February 2032: £25,000 awarded to The Phoenix Centre for trauma counselling\n",
        awards: &[
            ("21-2032", "Holloway Lane Allotments", "6000.00"),
            ("22-2032", "Thornbury Rovers FC", "1150.00"),
            ("24-2032", "Phoenix Centre", "25000.00"),
        ],
        others: &["23-2032"],
    },
    Office {
        style: "decision log pages",
        text: "Decision Log 031/2032\n\
            Decision number: 031/2032\n\
            Date: 2 June 2032\n\
            Title: Road safety grants\n\
            Recommendation:\n\
            To approve the following grants:\n\
            (i) £4,400 to Wheelright Cycling Charity;\n\
            (ii) £2,650 to Kerbside Schools Partnership;\n\
            Reason for decision: to reduce casualties.\n",
        awards: &[
            ("31-2032", "Wheelright Cycling Charity", "4400.00"),
            ("31-2032", "Kerbside Schools Partnership", "2650.00"),
        ],
        others: &[],
    },
    Office {
        style: "number and date in a line",
        text: "WPCC5-0301    14   August 2032    Grant: Sandbank Sea Cadets\n\
            The PCC agreed a grant of £1,800 to Sandbank Sea Cadets.\n\n\
            WPCC5-0302    17   August 2032    Grant: Mulberry Domestic Abuse Service\n\
            The PCC agreed a grant of £33,333.33 to Mulberry Domestic Abuse Service.\n\n\
            WPCC5-0303    18   August 2032    Treasury management\n\
            The PCC noted the outturn of £1,204,000.\n",
        awards: &[
            ("WPCC5-0301", "Sandbank Sea Cadets", "1800.00"),
            ("WPCC5-0302", "Mulberry Domestic Abuse Service", "33333.33"),
        ],
        others: &["WPCC5-0303"],
    },
    Office {
        style: "table of organisations",
        text: "81-2032, 4 October 2032, Safer Neighbourhoods Fund\n\
            The following grants have been approved:\n\n\
            | Group | Project | Award |\n\
            | Ivy Bank Tenants Group | CCTV | £3,000 |\n\
            | Weavers Community Trust | Drop-in sessions | £4,500 |\n\
            | Rowan Road Mosque | Lighting | £1,275.75 |\n",
        awards: &[
            ("81-2032", "Ivy Bank Tenants Group", "3000.00"),
            ("81-2032", "Weavers Community Trust", "4500.00"),
            ("81-2032", "Rowan Road Mosque", "1275.75"),
        ],
        others: &[],
    },
    Office {
        style: "list of names and amounts",
        text: "91-2032\n\
            6 November 2032\n\
            Police property act fund\n\
            Grants were made to:\n\
            Larkhill Scouts £500\n\
            Dovecote Hospice £1,000\n\
            Maple Street Gym £750\n\
            Total: £2,250\n",
        awards: &[
            ("91-2032", "Larkhill Scouts", "500.00"),
            ("91-2032", "Dovecote Hospice", "1000.00"),
            ("91-2032", "Maple Street Gym", "750.00"),
        ],
        others: &[],
    },
    Office {
        style: "list of names and amounts",
        text: "Decision 92-2032 (8 November 2032) Youth fund round 2\n\
            Awards:\n\
            * Kingsway Skate Park: £6,600\n\
            * Trinity Boxing Academy: £8,000\n\
            * Linden Girls Group: £2,450.50\n\
            Rejected applications:\n\
            * Apex Events: £30,000\n",
        awards: &[
            ("92-2032", "Kingsway Skate Park", "6600.00"),
            ("92-2032", "Trinity Boxing Academy", "8000.00"),
            ("92-2032", "Linden Girls Group", "2450.50"),
        ],
        others: &[],
    },
];
